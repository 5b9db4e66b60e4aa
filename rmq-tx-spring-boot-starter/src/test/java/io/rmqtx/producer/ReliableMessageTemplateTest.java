package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageIds;
import io.rmqtx.MessageSendException;
import io.rmqtx.NewMessage;
import io.rmqtx.ReliableMessageTemplate;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.transaction.IllegalTransactionStateException;

/** P1 for messages that code sends by itself. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#h2OrAll")
class ReliableMessageTemplateTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    private TestDatabase database;
    private OrderService service;
    private ReliableMessageTemplate template;

    @BeforeEach
    void start() {
        database = TestDatabase.of(kind);
        service = OrderService.start(ROCKET_MQ.get(), database.dataSource(), app -> app.property(
                        "rmq-tx.producer.topics", "DECLARED_NOT_CREATED")
                .property("rmq-tx.producer.commit-within", "30s"));
        template = service.context.getBean(ReliableMessageTemplate.class);
    }

    @AfterEach
    void stop() {
        service.close();
        database.close();
    }

    private NewMessage message(String id) {
        return NewMessage.of(service.topic, new Order(id, 5)).withKey(id);
    }

    private int insert(String id) {
        return service.orders.jdbc().update("INSERT INTO orders (id, amount) VALUES (?, 5)", id);
    }

    @Test
    void sendJoinsTheTransaction() {
        String id = service.transaction().execute(outer -> {
            insert("o1");
            String sent = template.send(message("o1").withTag("CREATED").withHeader("shop", "north"));
            assertThat(service.events.halves).as("sent just before the commit").isEmpty();
            return sent;
        });

        await().until(() -> service.visible().size() == 1);
        StoredMessage message = service.visible().get(0);
        assertThat(message.property("KEYS")).isEqualTo(id + " o1");
        assertThat(message.property("TAGS")).isEqualTo("CREATED");
        assertThat(message.property("shop")).isEqualTo("north");
        assertThat(message.bodyAsString()).isEqualTo("{\"id\":\"o1\",\"amount\":5}");
        await().until(() -> service.status(id).equals("PUBLISHED"));
    }

    @Test
    void whatIsSentInATransactionThatIsRolledBackIsNotSent() {
        service.transaction().executeWithoutResult(outer -> {
            template.send(message("o1"));
            outer.setRollbackOnly();
        });

        assertThat(service.events.halves).isEmpty();
        assertThat(service.rows()).isZero();
    }

    @Test
    void severalMessagesArePublishedTogetherOrNotAtAll() {
        List<NewMessage> many =
                IntStream.range(0, 300).mapToObj(i -> message("o" + i)).toList();
        try (MessageIds recorded = MessageIds.record()) {
            List<String> ids = service.transaction().execute(outer -> template.send(many));
            assertThat(ids).hasSize(300).doesNotHaveDuplicates();
            assertThat(recorded.all()).isEqualTo(ids);
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(service.visible()).hasSize(300));
        assertThat(service.rows()).isEqualTo(300);

        ROCKET_MQ.get().faults().failSends(13, 1);
        assertThatThrownBy(() -> service.transaction().executeWithoutResult(outer -> {
                    insert("o1");
                    template.send(List.of(message("a"), message("b")));
                    template.send(message("c"));
                }))
                .isInstanceOf(InvalidMessageException.class);
        assertThat(service.rows()).isEqualTo(300);
        assertThat(service.orders.count()).isZero();
    }

    @Test
    void sendWithoutATransactionIsRefused() {
        assertThatThrownBy(() -> template.send(message("o1")))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("execute()");
        assertThat(service.rows()).isZero();
    }

    @Test
    void executeSendsTheHalfFirstAndOpensATransaction() {
        String result = template.execute(message("o1"), () -> {
            assertThat(service.events.halves).hasSize(1);
            insert("o1");
            return "done";
        });

        assertThat(result).isEqualTo("done");
        await().until(() -> service.visible().size() == 1);
        assertThat(service.orders.count()).isOne();
    }

    @Test
    void executeRollsBackAndCommitsBySpringsRules() {
        assertThatThrownBy(() -> template.execute(message("o1"), () -> {
                    insert("o1");
                    throw new IllegalStateException("business says no");
                }))
                .hasMessage("business says no");
        await().until(() -> service.events.ends.size() == 1);
        assertThat(service.orders.count()).isZero();
        assertThat(service.visible()).isEmpty();

        assertThatThrownBy(() -> template.execute(message("o2"), () -> {
                    insert("o2");
                    throw new IOException("checked, so Spring commits");
                }))
                .isInstanceOf(IOException.class);
        await().until(() -> service.visible().size() == 1);
        assertThat(service.orders.count()).isOne();
    }

    @Test
    void executeJoinsAnOuterTransaction() {
        service.transaction().executeWithoutResult(outer -> {
            int inserted = template.execute(message("o1"), () -> insert("o1"));
            assertThat(inserted).isOne();
            assertThat(service.events.halves).isEmpty();
            outer.setRollbackOnly();
        });

        assertThat(service.events.halves).isEmpty();
        assertThat(service.rows()).isZero();
    }

    @Test
    void aBrokerThatIsAwayFailsExecuteBeforeAnythingHappened() {
        ROCKET_MQ.get().faults().failSends(1, FaultSwitches.ALWAYS);

        assertThatThrownBy(() -> template.execute(message("o1"), () -> insert("o1")))
                .isInstanceOf(MessageSendException.class);
        assertThat(service.orders.count()).isZero();
    }

    @Test
    void aTopicThatIsNotKnownAtStartIsRefused() {
        NewMessage unknown = NewMessage.of("UNKNOWN", new Order("o1", 5));

        assertThatThrownBy(() -> service.transaction().execute(outer -> template.send(unknown)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("'UNKNOWN'")
                .hasMessageContaining("rmq-tx.producer.topics");
        assertThatThrownBy(() -> template.execute(unknown, () -> insert("o1")))
                .isInstanceOf(InvalidMessageException.class);
        assertThat(service.orders.count()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rmqtx_id;x;reserved",
                "RMQTX_own;x;reserved",
                "KEYS;x;RocketMQ",
                "TRAN_MSG;x;RocketMQ",
                "a b;x;letters",
                "shop;' ';blank"
            })
    void aHeaderThatMayNotBeSetIsRefused(String name, String value, String rule) {
        assertThatThrownBy(() -> service.transaction()
                        .execute(outer -> template.send(message("o1").withHeader(name, value))))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("'" + name + "'")
                .hasMessageContaining(rule);
    }

    @Test
    void aKeyOrTagThatRocketMqCannotCarryIsRefused() {
        assertThatThrownBy(() -> template.execute(message("o1").withKey("two words"), () -> insert("o1")))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("white space");
        assertThatThrownBy(() -> template.execute(message("o1").withTag("A|B"), () -> insert("o1")))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("'|'");
        assertThat(service.orders.count()).isZero();
    }

    @Test
    void anotherTransactionManagerIsNamed() {
        assertThatThrownBy(() -> template.withTransactionManager("absent").execute(message("o1"), () -> insert("o1")))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("absent");

        template.withTransactionManager("transactionManager").execute(message("o1"), () -> insert("o1"));
        await().until(() -> service.visible().size() == 1);
    }
}
