package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.MessageIdGenerator;
import io.rmqtx.spi.ReliableStores;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

final class StoreAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withPropertyValues("spring.application.name=shop")
            .withConfiguration(AutoConfigurations.of(StoreAutoConfiguration.class));

    private final ApplicationContextRunner withDatabase = runner.withConfiguration(AutoConfigurations.of(
                    DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class))
            .withPropertyValues("spring.datasource.generate-unique-name=true");

    @Test
    void startsWithoutADataSourceAndComplainsWhenAsked() {
        runner.run(context -> assertThatThrownBy(
                        () -> context.getBean(ReliableStores.class).forTransactionManager(""))
                .isInstanceOf(RmqTxConfigurationException.class));
    }

    @Test
    void createsTheTablesOfAnEmbeddedDatabase() {
        withDatabase.run(context -> assertThat(context.getBean(ReliableStores.class)
                        .forTransactionManager("")
                        .id())
                .hasSize(36));
    }

    @Test
    void createsNoTablesWhereToldNotTo() {
        withDatabase.withPropertyValues("rmq-tx.schema.initialize=never").run(context -> assertThatThrownBy(
                        () -> context.getBean(ReliableStores.class).forTransactionManager(""))
                .isInstanceOf(RmqTxConfigurationException.class));
    }

    @Test
    void isOffWhereRmqTxIsOff() {
        runner.withPropertyValues("rmq-tx.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(ReliableStores.class));
    }

    @Test
    void theUsersBeanWins() {
        MessageIdGenerator own = () -> new MessageId("own", Instant.EPOCH);

        runner.withBean(MessageIdGenerator.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(MessageIdGenerator.class)).isSameAs(own));
    }
}
