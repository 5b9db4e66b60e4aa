package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.spi.Backlog;
import io.rmqtx.spi.HalfMessageTransport.Visibility;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.testing.RecordingListener;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The dispatch with a transport that answers as it is told. */
class DispatchTest {

    private final RelayProperties properties = new Binder(new MapConfigurationPropertySource(Map.of()))
            .bindOrCreate("rmq-tx.relay", RelayProperties.class);
    private final RecordingListener events = new RecordingListener();
    private final PublishedMarker marker = new PublishedMarker(events, properties);
    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private final Budget budget = new Budget(1_000, 1 << 20);
    private final List<List<String>> sent = new CopyOnWriteArrayList<>();
    private final List<String> written = new CopyOnWriteArrayList<>();
    private volatile Function<List<String>, CompletionStage<MessageTransport.SendOutcome>> broker =
            ids -> CompletableFuture.completedFuture(MessageTransport.SendOutcome.ACKNOWLEDGED);
    private final Dispatch dispatch = new Dispatch(
            new MessageTransport() {
                @Override
                public CompletionStage<SendOutcome> send(
                        List<OutgoingMessage> messages, List<String> storeIds, Duration timeout) {
                    List<String> ids = messages.stream()
                            .map(message -> message.id().value())
                            .toList();
                    sent.add(ids);
                    return broker.apply(ids);
                }

                @Override
                public CompletionStage<Visibility> look(OutgoingMessage message) {
                    return CompletableFuture.completedFuture(Visibility.NOT_KNOWN);
                }
            },
            new TopicHealth(),
            new Outcomes(marker, events, properties, writer),
            properties);
    private final ReliableStore store = store();
    private Thread thread;

    @AfterEach
    void stop() throws InterruptedException {
        dispatch.stop();
        if (thread != null) {
            thread.join(10_000);
        }
        marker.stop();
        writer.shutdownNow();
    }

    private void start() {
        marker.start();
        thread = new Thread(dispatch);
        thread.start();
    }

    private ReliableStore store() {
        MessageLog log = proxy(MessageLog.class, (self, method, arguments) -> {
            if (method.getName().equals("markPublished")) {
                Collection<?> ids = (Collection<?>) arguments[0];
                ids.forEach(id -> written.add("published " + id));
                return ids.size();
            }
            return null;
        });
        Backlog backlog = proxy(Backlog.class, (self, method, arguments) -> switch (method.getName()) {
            case "retryLater" -> {
                ((Collection<?>) arguments[0]).forEach(id -> written.add(arguments[2] + " " + id));
                yield 1;
            }
            case "refused" -> {
                written.add("refused " + arguments[0]);
                yield true;
            }
            default -> null;
        });
        return proxy(ReliableStore.class, (self, method, arguments) -> switch (method.getName()) {
            case "messages" -> log;
            case "backlog" -> backlog;
            case "id" -> "store";
            case "hashCode" -> System.identityHashCode(self);
            case "equals" -> self == arguments[0];
            default -> null;
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private void add(String id, long owner, Duration lease) {
        OutgoingMessage message =
                new OutgoingMessage(new MessageId(id, Instant.now()), "t", null, null, Map.of(), new byte[10]);
        budget.take(Parcel.bytesOf(message));
        dispatch.add(new Parcel(store, message, owner, System.nanoTime() + lease.toNanos(), 0, budget));
    }

    private void addAll(String... ids) {
        for (String id : ids) {
            add(id, 4711, Duration.ofMinutes(5));
        }
    }

    private void awaitEmptyMemory() {
        await().until(() -> budget.awaitAll(0));
    }

    private static MessageTransport.SendOutcome outcome(MessageTransport.Result result) {
        return new MessageTransport.SendOutcome(result, "because");
    }

    @Test
    void fewMessagesDoNotWaitForTheAnswerToOthersForEver() {
        CompletableFuture<MessageTransport.SendOutcome> first = new CompletableFuture<>();
        broker = ids -> {
            if (ids.contains("a")) {
                addAll("b", "c");
                return first;
            }
            first.complete(MessageTransport.SendOutcome.ACKNOWLEDGED);
            return CompletableFuture.completedFuture(MessageTransport.SendOutcome.ACKNOWLEDGED);
        };
        addAll("a");
        start();

        // The broker answers the first only when it has seen the others.
        awaitEmptyMemory();
        assertThat(sent).containsExactly(List.of("a"), List.of("b", "c"));
    }

    @Test
    void whatWaitsIsSentTogetherAndMarked() {
        addAll("a", "b", "c");
        start();

        awaitEmptyMemory();
        assertThat(sent).containsExactly(List.of("a", "b", "c"));
        assertThat(written).containsExactlyInAnyOrder("published a", "published b", "published c");
    }

    @Test
    void ofABatchThatIsRefusedEachIsSentByItselfAndOnlyTheBadOneIsRefused() {
        broker = ids -> CompletableFuture.completedFuture(
                ids.contains("b")
                        ? outcome(MessageTransport.Result.REFUSED)
                        : MessageTransport.SendOutcome.ACKNOWLEDGED);
        addAll("a", "b", "c");
        start();

        awaitEmptyMemory();
        assertThat(sent).containsExactly(List.of("a", "b", "c"), List.of("a"), List.of("b"), List.of("c"));
        assertThat(written).containsExactlyInAnyOrder("published a", "refused b", "published c");
    }

    @Test
    void whatIsStoredUnsafelyIsAskedForLaterAndTheTopicGoesOn() {
        broker = ids -> CompletableFuture.completedFuture(outcome(MessageTransport.Result.STORED_UNSAFELY));
        addAll("a");
        start();
        await().until(() -> written.contains("PERHAPS_SENT a"));
        addAll("b");

        awaitEmptyMemory();
        assertThat(written).contains("PERHAPS_SENT b");
        assertThat(events.publishFailures).as("no outage").isEmpty();
    }

    @Test
    void aClaimedRowThatIsNotStoredGoesBackAndANewMessageStaysInMemory() {
        List<CompletableFuture<MessageTransport.SendOutcome>> open = new ArrayList<>();
        broker = ids -> {
            CompletableFuture<MessageTransport.SendOutcome> answer = new CompletableFuture<>();
            open.add(answer);
            return answer;
        };
        add("claimed", 4711, Duration.ofMinutes(5));
        add("new", 0, Duration.ofMinutes(5));
        start();
        await().until(() -> open.size() == 1);
        broker = ids -> CompletableFuture.completedFuture(MessageTransport.SendOutcome.ACKNOWLEDGED);
        open.get(0).complete(outcome(MessageTransport.Result.NOT_STORED));

        awaitEmptyMemory();
        assertThat(written).containsExactlyInAnyOrder("NOT_SENT claimed", "published new");
    }

    @Test
    void whatMayHaveBeenSentIsSaidToBe() {
        broker = ids -> CompletableFuture.completedFuture(outcome(MessageTransport.Result.UNKNOWN));
        add("claimed", 4711, Duration.ofMinutes(5));
        add("new", 0, Duration.ofMinutes(5));
        start();

        awaitEmptyMemory();
        assertThat(written).containsExactlyInAnyOrder("PERHAPS_SENT claimed", "PERHAPS_SENT new");
    }

    @Test
    void aTransportThatThrowsHoldsNothingUp() {
        broker = ids -> {
            throw new IllegalStateException("a hook");
        };
        addAll("a");
        start();

        awaitEmptyMemory();
        assertThat(written).containsExactly("PERHAPS_SENT a");
    }

    @Test
    void noSendBeginsWhenTheLeaseIsNearlyOver() {
        add("late", 4711, Duration.ofMillis(-1));
        add("in-time", 4711, Duration.ofMinutes(5));
        start();

        awaitEmptyMemory();
        assertThat(sent).containsExactly(List.of("in-time"));
        assertThat(written).containsExactlyInAnyOrder("NOT_SENT late", "published in-time");
    }

    @Test
    void whatIsLeftAtTheStopGoesBack() throws InterruptedException {
        broker = ids -> new CompletableFuture<>();
        start();
        addAll("a");
        await().until(() -> sent.size() == 1);
        for (int i = 0; i < 4; i++) {
            addAll("b" + i);
            int expected = Math.min(4, i + 2);
            await().until(() -> sent.size() == expected);
        }

        dispatch.stop();
        thread.join(10_000);

        await().until(() -> written.contains("NOT_SENT b3"));
    }
}
