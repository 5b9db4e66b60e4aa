package io.rmqtx.relay;

import io.rmqtx.spi.HalfMessageTransport.Visibility;
import io.rmqtx.spi.MessageTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker about rows that may be in their topic already, before they are sent: those of mode TRANSACTIONAL, whose
 * commit was not acknowledged, and those whose former sender never said what came of it.
 *
 * <ul>
 *   <li>Not visible: it is sent.
 *   <li>Visible: seen is not acknowledged, for the broker may lose what it has not flushed. It is published if it is still
 *       there after a flush interval.
 *   <li>Not every broker answered: it is asked again later.
 * </ul>
 */
final class Reconciler implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    private static final int WINDOW = 1_000;

    private static final Duration SOON = Duration.ofSeconds(1);

    private record Question(Parcel parcel, boolean seen) {}

    private final BlockingQueue<Question> questions = new ArrayBlockingQueue<>(WINDOW);
    private final MessageTransport transport;
    private final Dispatch dispatch;
    private final Outcomes outcomes;
    private final RelayProperties properties;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;

    Reconciler(MessageTransport transport, Dispatch dispatch, Outcomes outcomes, RelayProperties properties) {
        this.transport = transport;
        this.dispatch = dispatch;
        this.outcomes = outcomes;
        this.properties = properties;
    }

    /** Never blocks; what there is no room for goes back to its table. */
    void add(Parcel parcel, boolean seen) {
        if (!questions.offer(new Question(parcel, seen))) {
            outcomes.stillUncertain(List.of(parcel), SOON, SOON, null);
        }
    }

    void stop() {
        stopping = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!stopping) {
            try {
                Question next = questions.poll(5, TimeUnit.SECONDS);
                if (next != null) {
                    ask(next);
                }
            } catch (InterruptedException e) {
                break;
            }
        }
        questions.forEach(
                question -> outcomes.stillUncertain(List.of(question.parcel()), Duration.ZERO, Duration.ZERO, null));
        questions.clear();
    }

    private void ask(Question question) {
        Parcel parcel = question.parcel();
        if (parcel.isLate(System.nanoTime())) {
            outcomes.stillUncertain(List.of(parcel), Duration.ZERO, Duration.ZERO, null);
            return;
        }
        try {
            var unused = transport
                    .look(parcel.message())
                    .whenComplete((said, failure) -> answered(question, failure == null ? said : Visibility.NOT_KNOWN));
        } catch (Throwable e) { // whatever it is, the others are to be asked about
            log.error("Message {} could not be looked for", parcel.id(), e);
            answered(question, Visibility.NOT_KNOWN);
        }
    }

    private void answered(Question question, Visibility said) {
        Parcel parcel = question.parcel();
        switch (said) {
            case NOT_VISIBLE -> dispatch.add(parcel);
            case VISIBLE -> {
                if (question.seen()) {
                    outcomes.acknowledged(List.of(parcel));
                } else {
                    outcomes.seen(parcel);
                }
            }
            case NOT_KNOWN ->
                outcomes.stillUncertain(
                        List.of(parcel),
                        properties.retryAfter(),
                        properties.maxRetryAfter(),
                        "not every broker said whether it is visible");
        }
    }
}
