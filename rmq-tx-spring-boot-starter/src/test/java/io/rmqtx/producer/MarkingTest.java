package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.testing.TestDatabase;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Acknowledged messages are marked together, and no business thread ever waits for it. */
class MarkingTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static final int ORDERS = 100;

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Remembers the batches. */
    private static class Batches implements RmqTxListener {
        final List<Integer> sizes = new CopyOnWriteArrayList<>();
        final List<String> lost = new CopyOnWriteArrayList<>();
        final Set<String> reasons = ConcurrentHashMap.newKeySet();
        final Set<String> threads = ConcurrentHashMap.newKeySet();

        @Override
        public void marked(List<String> messageIds) {
            sizes.add(messageIds.size());
            threads.add(Thread.currentThread().getName());
        }

        @Override
        public void markLost(List<String> messageIds, String reason) {
            lost.addAll(messageIds);
            reasons.add(reason);
        }

        int marked() {
            return sizes.stream().mapToInt(Integer::intValue).sum();
        }
    }

    @Test
    void manyAreMarkedInOneStatementOnAThreadOfItsOwn() {
        Batches batches = new Batches();
        try (OrderService service =
                OrderService.start(ROCKET_MQ.get(), database.dataSource(), app -> app.singleton("batches", batches)
                        .property("rmq-tx.relay.mark-delay", "300ms"))) {
            for (int i = 0; i < ORDERS; i++) {
                service.orders.place(new Order("o" + i, 5));
            }

            await().until(() -> batches.marked() == ORDERS);
            assertThat(batches.sizes).hasSizeLessThan(ORDERS / 5);
            assertThat(batches.threads).containsExactly("rmqtx-mark");
            assertThat(service.orders.jdbc().queryForList("SELECT DISTINCT status FROM rmq_tx_message", String.class))
                    .containsExactly("PUBLISHED");
        }
    }

    @Test
    void whatDoesNotFitIntoTheQueueIsSaidAndHoldsNobodyUp() {
        HeldMarker batches = new HeldMarker();
        try (OrderService service =
                OrderService.start(ROCKET_MQ.get(), database.dataSource(), app -> app.singleton("batches", batches)
                        .property("rmq-tx.relay.mark-batch", 1)
                        .property("rmq-tx.relay.mark-queue", 1))) {
            for (int i = 0; i < ORDERS; i++) {
                service.orders.place(new Order("o" + i, 5));
            }
            await().until(() -> service.events.ends.size() == ORDERS);
            assertThat(service.visible()).hasSize(ORDERS);
            assertThat(batches.lost)
                    .as("one is in hand, one in the queue")
                    .hasSizeBetween(ORDERS - 2, ORDERS - 1)
                    .doesNotHaveDuplicates();
            assertThat(batches.reasons).containsOnly("the queue is full");

            batches.release.countDown();

            await().until(() -> batches.marked() + batches.lost.size() == ORDERS);
            assertThat(service.events.marked).doesNotContainAnyElementsOf(batches.lost);
            assertThat(batches.lost).allMatch(id -> service.status(id).equals("PENDING"));
            assertThat(service.events.marked).allMatch(id -> service.status(id).equals("PUBLISHED"));
            assertThat(service.orders.count()).isEqualTo(ORDERS);

            service.orders.place(new Order("afterwards", 5));
            await().until(() -> batches.marked() + batches.lost.size() == ORDERS + 1);
            assertThat(batches.lost).hasSizeLessThan(ORDERS);
        } finally {
            batches.release.countDown();
        }
    }

    /** Fault injector: the thread that marks stands still from its first mark on. */
    private static final class HeldMarker extends Batches {
        final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void marked(List<String> messageIds) {
            super.marked(messageIds);
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void whatIsWaitingIsMarkedBeforeTheServiceEnds() {
        Batches batches = new Batches();
        OrderService service =
                OrderService.start(ROCKET_MQ.get(), database.dataSource(), app -> app.singleton("batches", batches)
                        .property("rmq-tx.relay.mark-delay", "30s"));
        service.orders.place(new Order("o1", 5));
        await().until(() -> service.events.ends.size() == 1);
        assertThat(batches.marked()).isZero();

        service.close();

        assertThat(batches.marked()).isOne();
    }
}
