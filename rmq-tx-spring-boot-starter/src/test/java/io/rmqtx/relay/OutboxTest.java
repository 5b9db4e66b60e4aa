package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageIds;
import io.rmqtx.NewMessage;
import io.rmqtx.ReliableMessageTemplate;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Mode OUTBOX, as long as nothing goes wrong. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class OutboxTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    private TestDatabase database;
    private ShippingService service;

    @BeforeEach
    void start() {
        database = TestDatabase.of(kind);
        service = ShippingService.start(ROCKET_MQ.get(), database.dataSource(), app -> app);
    }

    @AfterEach
    void stop() {
        service.close();
        database.close();
    }

    @Test
    void theMessageIsMadeOfTheResultAndSentAtOnceAfterTheCommit() {
        service.shipments.ship("s1");

        await().until(() -> service.visible().size() == 1);
        await().until(() -> service.statuses().equals(List.of("PUBLISHED")));
        assertThat(service.texts()).containsExactly("shipped s1");
        assertThat(ROCKET_MQ.get().faults().seenHalfSends()).isZero();
        assertThat(service.visible().get(0).property("KEYS")).endsWith(" s1");
    }

    @Test
    void nothingIsSentBeforeTheCommitOrWithoutOne() {
        service.shipments.setBusiness(() -> {
            assertThat(service.visible()).isEmpty();
            throw new IllegalStateException("business says no");
        });

        assertThatThrownBy(() -> service.shipments.ship("s1")).hasMessage("business says no");

        service.shipments.setBusiness(() -> {});
        service.shipments.ship("s2");
        await().until(() -> service.statuses().equals(List.of("PUBLISHED")));
        assertThat(service.texts()).containsExactly("shipped s2");
    }

    @Test
    void inAnOuterTransactionWithSavepointsOnlyWhatSurvivesIsSent() {
        service.transaction().executeWithoutResult(status -> {
            service.shipments.ship("kept");
            Object savepoint = status.createSavepoint();
            service.shipments.ship("undone");
            status.rollbackToSavepoint(savepoint);
            assertThat(service.visible()).isEmpty();
        });

        await().until(() -> service.statuses().equals(List.of("PUBLISHED")));
        assertThat(service.texts()).containsExactly("shipped kept");
    }

    @Test
    void severalMessagesOfATemplateAreSentTogether() {
        ROCKET_MQ.get().faults().reset();
        List<String> ids = service.shipments.sendAll(IntStream.range(0, 300)
                .mapToObj(i -> service.shipments.message("text " + i).withHeader("n", "" + i))
                .toList());

        await().until(() -> service.visible().size() == 300);
        await().until(() -> service.count("PUBLISHED") == 300);
        assertThat(service.texts()).doesNotHaveDuplicates().contains("text 0", "text 299");
        assertThat(service.visible()).allSatisfy(message -> {
            assertThat(message.property("n")).isNotNull();
            assertThat(ids).contains(message.property("rmqtx_id"));
        });
        assertThat(ROCKET_MQ.get().faults().seenSends()).isLessThan(150);
    }

    @Test
    void theIdsAreKnownToTheCaller() {
        try (MessageIds ids = MessageIds.record()) {
            service.shipments.ship("s1");

            assertThat(service.jdbc()
                            .queryForMap("SELECT message_id, mode FROM rmq_tx_message")
                            .values())
                    .map(String::valueOf)
                    .containsExactlyElementsOf(List.of(ids.single(), "OUTBOX"));
        }
    }

    @Test
    void aTransactionalTemplateRefusesOrderAndDelayAndNamesTheWayOut() {
        ReliableMessageTemplate template = service.context.getBean(ReliableMessageTemplate.class);
        for (NewMessage message : List.of(
                service.shipments.message("x").withOrderKey("a"),
                service.shipments.message("x").withDelay(Duration.ofSeconds(1)))) {
            assertThatThrownBy(() -> service.transaction().executeWithoutResult(status -> template.send(message)))
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessageContaining("outbox()");
        }
        assertThatThrownBy(() -> service.transaction().executeWithoutResult(status -> template.outbox()
                        .send(service.shipments.message("x").withOrderKey("a").withDelay(Duration.ofSeconds(1)))))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("delay");
        assertThat(service.statuses()).isEmpty();
    }

    @Test
    void whatATemplateExecutesIsOneTransactionWithItsMessage() {
        ReliableMessageTemplate template =
                service.context.getBean(ReliableMessageTemplate.class).outbox();
        String result = template.execute(service.shipments.message("told"), () -> {
            assertThat(service.statuses()).isEmpty();
            return "done";
        });

        assertThat(result).isEqualTo("done");
        await().until(() -> service.statuses().equals(List.of("PUBLISHED")));
        assertThatThrownBy(() -> template.execute(service.shipments.message("untold"), () -> {
                    throw new IllegalStateException("business says no");
                }))
                .hasMessage("business says no");
        assertThat(service.statuses()).hasSize(1);
    }
}
