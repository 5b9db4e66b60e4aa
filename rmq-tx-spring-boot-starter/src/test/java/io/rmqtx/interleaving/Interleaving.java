package io.rmqtx.interleaving;

import io.rmqtx.interleaving.ModelBroker.Ends;
import io.rmqtx.interleaving.Schedules.Taken;
import io.rmqtx.producer.Order;
import io.rmqtx.producer.OrderApp;
import io.rmqtx.producer.Orders;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A service whose business call, check-backs, requests and marks happen in the order that a word says. The service and
 * the database are real; the broker is a model.
 *
 * <p>Letter 0 is the chain of the business call: insert the row, end the transaction, its request arrives at the broker,
 * the row is marked. Each further letter is the chain of a check-back: a copy is made and the question put, read, insert
 * the fence, commit that, read again or ask whether the message is visible, its own request arrives, the row is marked.
 * The half message is sent before all of it: until then there is nothing to check. When the word ends, whatever has begun
 * goes on to its end, the business call first; then the broker asks until it has its answers.
 */
final class Interleaving implements AutoCloseable {

    /** Steps of the business call after its half message. */
    static final int CALL_STEPS = 4;

    /** The longest way that a check-back can go. */
    static final int CHECK_STEPS = 6;

    private static final int MOST_QUESTIONS = 4;
    private static final long TOO_LONG_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** One run. */
    record Run(
            List<Taken> taken, List<String> steps, @Nullable Breach breach, int duplicates) {}

    /** A broken promise, and how many steps it took. */
    record Breach(String what, List<String> steps) {

        @Override
        public String toString() {
            return what + " after " + steps.size() + " steps: send half, " + String.join(", ", steps);
        }
    }

    private final LockWaits lockWaits;
    private final Actors actors;
    private final Actors.Actor call;
    private final List<Actors.Actor> checks;
    private final Actors.Actor marker;
    private final ModelBroker broker = new ModelBroker();
    private final ConcurrentLinkedQueue<String> inserted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger marked = new AtomicInteger();
    private final ConfigurableApplicationContext service;
    private final Orders orders;
    private final JdbcTemplate jdbc;

    private volatile boolean calm;
    private String orderId = "";
    private final List<Actors.Actor> started = new ArrayList<>();
    private final List<Taken> taken = new ArrayList<>();
    private final List<String> steps = new ArrayList<>();
    private @Nullable Breach breach;

    Interleaving(TestDatabase database, int checkBacks, UnaryOperator<MessageLog> fault) throws SQLException {
        lockWaits = new LockWaits(database);
        actors = new Actors(lockWaits);
        call = actors.add("call");
        checks = IntStream.rangeClosed(1, checkBacks)
                .mapToObj(number -> actors.add("check " + number))
                .toList();
        marker = actors.add("marker");
        jdbc = new JdbcTemplate(database.dataSource());
        service = TestApp.of(OrderApp.class)
                .dataSource(new GatedDataSource(database.dataSource(), call, this::businessCommitted))
                .nameServer("127.0.0.1:1")
                .property("orders.topic", "ORDERS")
                .property("rmq-tx.relay.enabled", false)
                .property("rmq-tx.relay.mark-batch", 1)
                .property("rmq-tx.relay.mark-delay", "0ms")
                .property("rmq-tx.producer.check-lock-wait", "30s") // it ends when the word says so
                .property("rmq-tx.producer.commit-within", "1h")
                .singleton("broker", broker)
                .singleton("gates", new GatedStores(fault, this::rowInserted, this::mark))
                .start();
        orders = service.getBean(Orders.class);
    }

    private void rowInserted(List<String> ids) {
        call.holds(true);
        inserted.addAll(ids);
    }

    private void businessCommitted() {
        inserted.forEach(broker::committed);
        inserted.clear();
    }

    private void mark(Runnable mark) {
        if (calm) {
            mark.run();
        } else {
            marker.impersonate("mark", mark);
        }
        marked.incrementAndGet();
    }

    /** Runs one word. */
    Run run(int[] word, boolean commits, Ends ends) {
        begin(commits, ends);
        for (int letter : word) {
            boolean step = letter == 0 ? callStep() : checkStep(checks.get(letter - 1), true);
            taken.add(new Taken(letter, step));
        }
        finish();
        return new Run(List.copyOf(taken), List.copyOf(steps), breach, duplicates());
    }

    private void begin(boolean commits, Ends ends) {
        broker.reset(ends);
        inserted.clear();
        marked.set(0);
        taken.clear();
        steps.clear();
        breach = null;
        calm = false;
        started.clear();
        Order order = new Order("o" + NUMBER.incrementAndGet(), 5);
        orders.setBusiness(() -> {
            if (!commits) {
                throw new IllegalStateException("rolls back");
            }
        });
        orderId = order.id();
        call.start(() -> {
            try {
                orders.place(order);
            } catch (RuntimeException e) {
                // What became of it is read from the database.
            }
        });
    }

    private boolean callStep() {
        String gate = call.step();
        if (gate != null) {
            return took("call: " + gate);
        }
        if (call.isAtEnd() && broker.deliver(call)) {
            awaitMarker();
            return took("call: its request arrives");
        }
        return markStep();
    }

    private boolean markStep() {
        awaitMarker();
        return marker.step() != null && took("mark");
    }

    /** An acknowledged commit is marked by a thread of the service's; it comes to its gate by itself. */
    private void awaitMarker() {
        long start = System.nanoTime();
        while (marked.get() < broker.acknowledgedCommits() && marker.isAtEnd()) {
            Thread.onSpinWait();
            if (System.nanoTime() - start > TOO_LONG_NANOS) {
                throw stuck();
            }
        }
        actors.settle();
    }

    private boolean checkStep(Actors.Actor check, boolean mayStart) {
        if (!started.contains(check)) {
            Runnable question = mayStart ? broker.nextCheck() : null;
            if (question == null) {
                return false;
            }
            started.add(check);
            check.start(question);
            return took(check.name() + ": the broker asks");
        }
        String gate = check.step();
        if (gate != null) {
            awaitMarker();
            return took(check.name() + ": " + gate);
        }
        if (!check.isAtEnd()) {
            return check.giveUp() && took(check.name() + ": gives up waiting");
        }
        if (broker.deliver(check)) {
            return took(check.name() + ": its request arrives late");
        }
        return markStep();
    }

    private boolean took(String step) {
        steps.add(step);
        if (breach == null && !broker.broken().isEmpty()) {
            breach = new Breach(broker.broken().get(0), List.copyOf(steps));
        }
        return true;
    }

    private void finish() {
        boolean moved = true;
        while (moved) {
            moved = callStep();
            for (Actors.Actor check : checks) {
                moved |= checkStep(check, false);
            }
        }
        calm = true;
        broker.calm();
        Runnable question = broker.nextCheck();
        for (int i = 0; i < MOST_QUESTIONS && question != null; i++) {
            question.run();
            took("the broker asks again");
            question = broker.nextCheck();
        }
        awaitMarks();
        if (breach == null) {
            String wrong = question == null ? whatIsWrongInTheEnd() : "a half message is never answered";
            breach = wrong == null ? null : new Breach(wrong, List.copyOf(steps));
        }
    }

    private IllegalStateException stuck() {
        return new IllegalStateException("The marker does not come after " + steps + "; " + marker);
    }

    private void awaitMarks() {
        long start = System.nanoTime();
        while (marked.get() < broker.acknowledgedCommits()) {
            Thread.onSpinWait();
            if (System.nanoTime() - start > TOO_LONG_NANOS) {
                throw stuck();
            }
        }
    }

    /** What the tables say, not what the broker was told. */
    private @Nullable String whatIsWrongInTheEnd() {
        boolean businessDone = !jdbc.queryForList("SELECT id FROM orders WHERE id = ?", orderId)
                .isEmpty();
        boolean published = false;
        for (String id : broker.messageIds()) {
            List<String> row =
                    jdbc.queryForList("SELECT status FROM rmq_tx_message WHERE message_id = ?", String.class, id);
            boolean committed = row.contains("PENDING") || row.contains("PUBLISHED");
            boolean visible = broker.copiesVisible(id) > 0;
            if (committed != broker.hasCommitted(id)) {
                return "the row " + row + " does not share the fate of its transaction";
            }
            if (committed != visible) {
                return "P1: " + (visible ? "visible" : "not visible") + ", but the row is " + row;
            }
            published |= visible;
        }
        return published == businessDone ? null : "P1: the order is " + (businessDone ? "there" : "not there");
    }

    private int duplicates() {
        return broker.messageIds().stream()
                .mapToInt(id -> Math.max(0, broker.copiesVisible(id) - 1))
                .sum();
    }

    @Override
    public void close() throws SQLException {
        service.close();
        actors.close();
        lockWaits.close();
    }
}
