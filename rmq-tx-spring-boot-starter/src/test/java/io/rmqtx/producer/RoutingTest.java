package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageIds;
import io.rmqtx.StoreRouteException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabaseKind;
import io.rmqtx.testing.TwoRegions;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Annotated methods on a routing data source. */
@ParameterizedClass
@MethodSource("kinds")
class RoutingTest {

    private static final Duration CHECKED = Duration.ofSeconds(20);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    private TwoRegions regions;

    static Stream<TestDatabaseKind> kinds() {
        return Boolean.getBoolean("rmqtx.test.full")
                ? Stream.of(TestDatabaseKind.values())
                : Stream.of(TestDatabaseKind.H2);
    }

    @BeforeEach
    void open() {
        regions = new TwoRegions(kind);
        for (String region : new String[] {"eu", "us"}) {
            regions.jdbc(region).execute("CREATE TABLE orders (id VARCHAR(40) PRIMARY KEY, amount INT)");
        }
    }

    @AfterEach
    void close() {
        regions.close();
    }

    private OrderService start(UnaryOperator<TestApp> settings) {
        return OrderService.start(
                ROCKET_MQ.get(),
                regions.routing,
                app -> settings.apply(app.singleton("storeLocator", regions.locator())));
    }

    private String placeIn(OrderService service, String region) {
        try (MessageIds ids = MessageIds.record()) {
            TwoRegions.in(region, () -> service.orders.place(new Order("from-" + region, 5)));
            return ids.single();
        }
    }

    /** Not their time-outs: meanwhile the broker would use up its checks. */
    private static void awaitLostEnds(int number) {
        await().until(() -> ROCKET_MQ.get().faults().seenEndTransactions() >= number);
    }

    private String status(String region, String messageId) {
        return regions
                .jdbc(region)
                .queryForList("SELECT status FROM rmq_tx_message WHERE message_id = ?", String.class, messageId)
                .stream()
                .findFirst()
                .orElse("none");
    }

    private void nothingIn(String region) {
        assertThat(regions.count(region, "orders")).as("orders in " + region).isZero();
        assertThat(regions.count(region, "rmq_tx_message"))
                .as("messages in " + region)
                .isZero();
    }

    @Test
    void rowAndBusinessAreWhereTheRouteLeads() {
        try (OrderService service = start(app -> app)) {
            String eu = placeIn(service, "eu");
            String us = placeIn(service, "us");

            await().until(() -> service.visible().size() == 2);
            await().until(() ->
                    status("eu", eu).equals("PUBLISHED") && status("us", us).equals("PUBLISHED"));
            for (String region : new String[] {"eu", "us"}) {
                assertThat(regions.jdbc(region).queryForList("SELECT id FROM orders", String.class))
                        .containsExactly("from-" + region);
                assertThat(regions.count(region, "rmq_tx_message")).isOne();
            }
            assertThat(service.events.ends).hasSize(2).allMatch(end -> end.decision() == Decision.COMMIT);
        }
    }

    /** On the same topic and in the same group: who is up already when the other goes leaves no check unanswered. */
    private OrderService joining(OrderService other, String name) {
        return OrderService.startOn(
                other.topic, ROCKET_MQ.get(), regions.routing, app -> app.singleton("storeLocator", regions.locator())
                        .property("rmq-tx.application", name));
    }

    @Test
    void anotherInstanceAnswersTheCheckBackFromTheRightDatabase() {
        String name = TestApp.uniqueName("routed");
        try (OrderService second = start(app -> app.property("rmq-tx.application", name))) {
            String committed;
            ROCKET_MQ.get().faults().dropEndTransaction(FaultSwitches.ALWAYS);
            try (OrderService first = joining(second, name)) {
                committed = placeIn(first, "us");
                first.orders.setBusiness(() -> {
                    throw new IllegalStateException("business says no");
                });
                assertThatThrownBy(() -> placeIn(first, "eu")).hasMessage("business says no");
                awaitLostEnds(2);
            }
            assertThat(second.visible()).isEmpty();
            ROCKET_MQ.get().faults().reset();

            await().atMost(CHECKED).until(() -> second.visible().size() == 1);
            await().atMost(CHECKED).until(() -> second.events.checks.stream()
                    .anyMatch(check -> check.answer() == CheckBackAnswer.ROLLBACK));
            assertThat(second.events.checks)
                    .filteredOn(check -> check.messageId().equals(committed))
                    .extracting(check -> check.answer())
                    .contains(CheckBackAnswer.COMMIT)
                    .doesNotContain(CheckBackAnswer.ROLLBACK);
            assertThat(regions.jdbc("us").queryForList("SELECT message_id FROM rmq_tx_message", String.class))
                    .containsExactly(committed);
        }
        assertThat(regions.jdbc("eu").queryForList("SELECT status FROM rmq_tx_message", String.class))
                .as("the fence of the other call, in its own database")
                .containsExactly("ABORTED");
    }

    @Test
    void aStoreThatThisInstanceDoesNotHaveStaysUnanswered() {
        String name = TestApp.uniqueName("routed");
        try (OrderService onlyEu = OrderService.start(
                ROCKET_MQ.get(), regions.eu.dataSource(), app -> app.property("rmq-tx.application", name))) {
            String inUs;
            ROCKET_MQ.get().faults().dropEndTransaction(FaultSwitches.ALWAYS);
            try (OrderService both = joining(onlyEu, name)) {
                inUs = placeIn(both, "us");
                awaitLostEnds(1);
            }
            ROCKET_MQ.get().faults().reset();

            await().atMost(CHECKED).until(() -> onlyEu.events.checks.stream()
                    .anyMatch(check -> check.messageId().equals(inUs)));
            assertThat(onlyEu.events.checks).allMatch(check -> check.answer() == CheckBackAnswer.UNKNOWN);
            assertThat(ROCKET_MQ.get().faults().seenRollbacks()).isZero();
        }
        nothingIn("eu");
    }

    @Test
    void aRouteThatChangesBeforeTheTransactionBeginsIsRefused() {
        PausingTransport.Pause pause = half -> TwoRegions.travel("eu");
        try (OrderService service = start(app -> app.singleton("pause", PausingTransport.injecting(pause)))) {
            assertThatThrownBy(() -> placeIn(service, "us"))
                    .isInstanceOf(StoreRouteException.class)
                    .hasMessageContainingAll("'us'", regions.us.url().replaceFirst(";.*", ""))
                    .hasMessageContaining(regions.eu.url().replaceFirst(";.*", ""));

            await().atMost(CHECKED).until(() -> service.events.ends.size() == 1);
            assertThat(service.events.ends.get(0).decision()).isEqualTo(Decision.ROLLBACK);
            assertThat(service.visible()).isEmpty();
            nothingIn("eu");
            nothingIn("us");
        }
    }

    @Test
    void aRouteThatChangesInsideTheTransactionIsRefusedAndNothingIsSent() {
        try (OrderService service = start(app -> app)) {
            assertThatThrownBy(() ->
                            TwoRegions.in("eu", () -> service.transaction().executeWithoutResult(outer -> {
                                service.orders.jdbc().update("INSERT INTO orders (id, amount) VALUES ('outer', 1)");
                                TwoRegions.travel("us");
                                service.orders.place(new Order("inner", 5));
                            })))
                    .isInstanceOf(StoreRouteException.class)
                    .hasMessageContaining("'us'");

            assertThat(service.events.halves).isEmpty();
            nothingIn("eu");
            nothingIn("us");
        }
    }

    @Test
    void changingTheRouteInsideTheMethodMovesNothing() {
        try (OrderService service = start(app -> app)) {
            service.orders.setBusiness(() -> {
                TwoRegions.travel("eu");
                service.orders.jdbc().update("INSERT INTO orders (id, amount) VALUES ('second', 1)");
            });
            String id = placeIn(service, "us");

            await().until(() -> service.visible().size() == 1);
            await().until(() -> status("us", id).equals("PUBLISHED"));
            assertThat(regions.count("us", "orders")).isEqualTo(2);
            nothingIn("eu");
        }
    }

    @Test
    void aNewTransactionInsideFollowsTheRouteOfItsOwn() {
        try (OrderService service = start(app -> app)) {
            TwoRegions.in("eu", () -> service.transaction().executeWithoutResult(outer -> {
                TwoRegions.in("us", () -> service.orders.placeInNewTransaction(new Order("inner", 5)));
                service.orders.place(new Order("outer", 5));
            }));

            await().until(() -> service.visible().size() == 2);
            assertThat(regions.jdbc("us").queryForList("SELECT id FROM orders", String.class))
                    .containsExactly("inner");
            assertThat(regions.jdbc("eu").queryForList("SELECT id FROM orders", String.class))
                    .containsExactly("outer");
            assertThat(regions.count("us", "rmq_tx_message")).isOne();
            assertThat(regions.count("eu", "rmq_tx_message")).isOne();
        }
    }

    @Test
    void anUnknownRouteIsAnErrorBeforeAnythingHappened() {
        try (OrderService service = start(app -> app)) {
            assertThatThrownBy(() -> placeIn(service, "mars"))
                    .isInstanceOf(StoreRouteException.class)
                    .hasMessageContainingAll("'mars'", "'eu', 'us'");
            assertThatThrownBy(() -> service.orders.place(new Order("nowhere", 5)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no region on this thread");

            assertThat(service.events.halves).isEmpty();
            nothingIn("eu");
            nothingIn("us");
        }
    }
}
