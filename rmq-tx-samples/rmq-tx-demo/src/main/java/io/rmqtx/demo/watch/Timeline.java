package io.rmqtx.demo.watch;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happened to the latest messages, on the console and for the page. For people: nothing is decided by it. */
public final class Timeline {

    private static final Logger log = LoggerFactory.getLogger("demo");
    private static final int MOST_STORIES = 50;
    private static final int MOST_EVENTS = 40;

    private final Clock clock;
    private final Map<String, Story> stories = bounded(MOST_STORIES);
    private final Map<String, String> fates = bounded(MOST_STORIES);

    /** By this clock. */
    public Timeline(Clock clock) {
        this.clock = clock;
    }

    private static <V> Map<String, V> bounded(int most) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > most;
            }
        };
    }

    /** Says what will happen to an order that is about to be placed. */
    public synchronized void expect(long orderId, String fate) {
        fates.put(Long.toString(orderId), fate);
    }

    /** A message is about to exist. */
    synchronized void begin(String messageId, @Nullable String orderId) {
        String order = orderId == null ? "?" : orderId;
        stories.put(
                messageId,
                new Story(messageId, order, fates.getOrDefault(order, "an order of yours"), new ArrayList<>()));
    }

    /** Something happened to a message. */
    synchronized void note(String messageId, Step step, String text) {
        Story story = stories.get(messageId);
        if (story == null || story.events().size() >= MOST_EVENTS) {
            return;
        }
        story.events().add(new Event(clock.instant(), step, step.label(), step.tone(), text));
        log.info("order {}  {}  {}", story.orderId(), String.format("%-14s", step.label()), text);
    }

    /** Something happened to the message of an order. */
    synchronized void noteOrder(String orderId, Step step, String text) {
        new ArrayList<>(stories.values())
                .stream()
                        .filter(story -> story.orderId().equals(orderId))
                        .forEach(story -> note(story.messageId(), step, text));
    }

    /** Whether that has happened to a message. */
    public synchronized boolean has(String messageId, Step step) {
        return Optional.ofNullable(stories.get(messageId)).stream()
                .flatMap(story -> story.events().stream())
                .anyMatch(event -> event.step() == step);
    }

    /** The latest first; within one, by cause and effect. */
    public synchronized List<Story> stories() {
        List<Story> latestFirst = new ArrayList<>();
        for (Story story : stories.values()) {
            List<Event> events = new ArrayList<>(story.events());
            events.sort(Comparator.comparing(Event::step));
            latestFirst.add(0, new Story(story.messageId(), story.orderId(), story.fate(), events));
        }
        return latestFirst;
    }

    /**
     * One message.
     *
     * @param messageId its id
     * @param orderId the order that it is about
     * @param fate what was planned for it
     * @param events what happened
     */
    public record Story(String messageId, String orderId, String fate, List<Event> events) {}

    /**
     * One thing that happened.
     *
     * @param at when it was reported
     * @param step what
     * @param label the same for people
     * @param tone how it is shown
     * @param text the same in a sentence
     */
    public record Event(Instant at, Step step, String label, Step.Tone tone, String text) {}
}
