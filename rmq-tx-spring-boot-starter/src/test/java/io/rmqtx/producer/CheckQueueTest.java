package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** More check-backs than may wait. */
@ExtendWith(OutputCaptureExtension.class)
class CheckQueueTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Test
    void aCheckBackThatFindsTheQueueFullIsToldAndAskedAgain(CapturedOutput output) {
        CountDownLatch stuck = new CountDownLatch(1);
        try (TestDatabase database = TestDatabase.h2();
                OrderService service = OrderService.start(
                        ROCKET_MQ.get(), database.dataSource(), app -> app.property("rmq-tx.transport.check-threads", 1)
                                .property("rmq-tx.transport.check-queue", 1)
                                .singleton("stuckListener", new StuckListener(stuck)))) {
            ROCKET_MQ.get().faults().commitsOnly(true);
            ROCKET_MQ.get().faults().dropEndTransaction(4);
            for (int i = 0; i < 4; i++) {
                service.orders.place(new Order("o" + i, 5));
            }

            await().atMost(Duration.ofSeconds(60)).until(() -> service.events.dropped.size() >= 3);
            assertThat(output.getOut()).containsOnlyOnce("rmq-tx.transport.check-threads");
            stuck.countDown();

            await().atMost(Duration.ofSeconds(60)).until(() -> service.visible().size() == 4);
            assertThat(service.events.halves.stream().map(half -> half.id().value()))
                    .containsAll(service.events.dropped);
        } finally {
            stuck.countDown();
            ROCKET_MQ.get().faults().dropEndTransaction(0);
        }
    }

    /** Both would find the message not visible yet, and commit it twice. */
    @Test
    void ofTwoQuestionsAboutAMessageOneIsAnswered() {
        AtomicReference<OrderService> running = new AtomicReference<>();
        AtomicInteger asked = new AtomicInteger();
        Runnable untilAskedAgain = () -> {
            if (asked.incrementAndGet() == 1) {
                await().atMost(Duration.ofSeconds(20)).until(() -> running.get().events.checks.stream()
                        .anyMatch(check -> check.reason().contains("earlier question")));
            }
        };
        try (TestDatabase database = TestDatabase.h2();
                OrderService service = OrderService.start(
                        ROCKET_MQ.get(),
                        database.dataSource(),
                        app -> app.singleton("pause", PausingTransport.injectingBeforeVisible(untilAskedAgain)))) {
            running.set(service);
            ROCKET_MQ.get().faults().commitsOnly(true);
            ROCKET_MQ.get().faults().dropEndTransaction(1);

            service.orders.place(new Order("o1", 5));

            await().atMost(Duration.ofSeconds(60)).until(() -> service.events.checks.stream()
                    .anyMatch(check -> check.answer() == CheckBackAnswer.COMMIT));
            await().until(() -> !service.visible().isEmpty());
            assertThat(service.visible()).hasSize(1);
            assertThat(service.events.checks).anyMatch(check -> check.reason().contains("earlier question"));
        } finally {
            ROCKET_MQ.get().faults().dropEndTransaction(0);
        }
    }

    /** Holds the thread on which a check-back was answered. */
    private record StuckListener(CountDownLatch until) implements RmqTxListener {
        @Override
        public void checkBackAnswered(String messageId, CheckBackAnswer answer, String reason) {
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
