package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A producer group belongs to one application: the broker asks any of its members. */
class ProducerGroupTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Test
    void anotherApplicationInTheGroupIsRefusedAndAnotherInstanceIsNot() {
        String group = TestApp.uniqueName("shared-group");
        try (TestDatabase database = TestDatabase.h2();
                OrderService first = OrderService.start(
                        ROCKET_MQ.get(), database.dataSource(), app -> app.property("spring.application.name", "orders")
                                .property("rmq-tx.transport.group", group));
                OrderService second =
                        OrderService.startOn(first.topic, ROCKET_MQ.get(), database.dataSource(), app -> app.property(
                                        "spring.application.name", "orders")
                                .property("rmq-tx.transport.group", group))) {
            assertThat(second.context.isRunning()).isTrue();

            assertThatThrownBy(() -> OrderService.startOn(
                            first.topic, ROCKET_MQ.get(), database.dataSource(), app -> app.property(
                                            "spring.application.name", "orders-b")
                                    .property("rmq-tx.transport.group", group)))
                    .hasRootCauseInstanceOf(RmqTxConfigurationException.class)
                    .rootCause()
                    .hasMessageContaining("'" + group + "'")
                    .hasMessageContaining("rmqtx-orders-")
                    .hasMessageContaining("rmq-tx.transport.group");
        }
    }
}
