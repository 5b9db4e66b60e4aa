package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Ends of transactions that are not what they look like. */
class UnknownCommitTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Fault injector: the database commits, and its answer is lost; Spring then rolls back in vain, and says so. */
    private static final class LostCommitAnswer extends JdbcTransactionManager {

        private static final long serialVersionUID = 1L;

        private final transient AtomicBoolean lose = new AtomicBoolean();

        LostCommitAnswer(DataSource dataSource) {
            super(dataSource);
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            super.doCommit(status);
            if (lose.getAndSet(false)) {
                throw new DataAccessResourceFailureException("the answer to the commit was lost");
            }
        }
    }

    @Test
    void aCommitWithoutAnAnswerIsDecidedByCheckBack() {
        LostCommitAnswer manager = new LostCommitAnswer(database.dataSource());
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(), database.dataSource(), app -> app.singleton("transactionManager", manager))) {
            manager.lose.set(true);

            assertThatThrownBy(() -> service.orders.place(new Order("o1", 5)))
                    .hasMessageContaining("the answer to the commit was lost");

            assertThat(service.orders.count()).as("it is there all the same").isOne();
            assertThat(service.events.skipped)
                    .as("the call says nothing to the broker")
                    .containsExactly(service.events.halves.get(0).id().value());
            await().atMost(Duration.ofSeconds(20)).until(() -> service.visible().size() == 1);
        }
    }

    @Test
    void aCallFromASynchronizationBeforeTheCommitIsSent() {
        try (OrderService service = OrderService.start(ROCKET_MQ.get(), database)) {
            service.transaction()
                    .executeWithoutResult(outer ->
                            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                                @Override
                                public void beforeCommit(boolean readOnly) {
                                    service.orders.place(new Order("last-minute", 5));
                                }
                            }));

            await().until(() -> service.visible().size() == 1);
            assertThat(service.orders.count()).isOne();
        }
    }

    @Test
    void anInterruptedThreadStillTellsTheBrokerAndStaysInterrupted() {
        try (OrderService service = OrderService.start(ROCKET_MQ.get(), database)) {
            service.orders.setBusiness(() -> Thread.currentThread().interrupt());

            service.orders.place(new Order("o1", 5));

            assertThat(Thread.interrupted()).isTrue();
            await().until(() -> service.events.ends.size() == 1);
            assertThat(service.events.ends.get(0).decision()).isEqualTo(Decision.COMMIT);
            assertThat(service.events.ends.get(0).outcome()).isEqualTo(EndOutcome.ACKNOWLEDGED);
            assertThat(service.visible()).hasSize(1);
        }
    }
}
