package io.rmqtx.transactions;

import static io.rmqtx.transactions.Shop.Business.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabaseKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * MyBatis with its batch executor, which writes when the commit begins. Not all of the contract: what is written in
 * another {@code beforeCommit}, or rolled back to a savepoint, such a batch loses or keeps by itself.
 */
class MyBatisPlusBatchTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Test
    void aBatchThatFailsWhenItIsFlushedTakesTheMessagesWithIt() {
        try (ShopService service =
                new ShopService(ROCKET_MQ.get(), TestDatabaseKind.H2, Access.MYBATIS_PLUS_BATCH, Manager.JDBC)) {
            service.nextTest();
            Shop shop = service.shop;
            shop.required(service.order("a"), WRITE);

            assertThatThrownBy(() -> shop.required(service.order("a"), WRITE)).isInstanceOf(RuntimeException.class);
            int halves = service.events.halves.size();
            assertThatThrownBy(() -> service.transaction(outer -> {
                        shop.required(service.order("b"), WRITE);
                        shop.required(service.order("a"), WRITE);
                    }))
                    .isInstanceOf(RuntimeException.class);

            assertThat(service.events.halves)
                    .as("nothing is sent for what fails")
                    .hasSize(halves);
            service.assertCommitted("a");
            service.assertCheckBacksChangedNothing();
        }
    }
}
