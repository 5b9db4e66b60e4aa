package io.rmqtx.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.sample.Services.Service;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What this generation of Spring Boot could break without a word is noticed at start. */
class StartupTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static String refusal(Service service) {
        Throwable thrown = catchThrowable(() -> service.start().close());
        while (thrown != null && !(thrown instanceof RmqTxConfigurationException)) {
            thrown = thrown.getCause();
        }
        assertThat(thrown).isNotNull();
        return thrown.getMessage();
    }

    @Test
    void aProducerWithoutItsAdviceDoesNotStart() {
        String producer = "io.rmqtx.producer.ProducerAutoConfiguration";
        assertThat(refusal(new Services(ROCKET_MQ.get()).orders().with("spring.autoconfigure.exclude", producer)))
                .contains("@ReliableMessage on OrderService.place()", "has no effect", producer);
    }

    @Test
    void aConsumerWithoutItsContainersDoesNotStart() {
        String consumer = "io.rmqtx.consumer.ConsumerAutoConfiguration";
        assertThat(refusal(new Services(ROCKET_MQ.get()).cart().with("spring.autoconfigure.exclude", consumer)))
                .contains("@ReliableListener on Carts.removeOrdered()", "has no effect", consumer);
    }

    @Test
    void aServiceWhoseMigrationsDoNotCreateTheTablesDoesNotStart() {
        assertThat(refusal(new Services(ROCKET_MQ.get()).orders().with("spring.flyway.enabled", "false")))
                .contains("rmq_tx_", "does not exist");
    }

    @Test
    void springBootsAutoConfigurationsComeBeforeThoseThatBuildOnThem() {
        try (ConfigurableApplicationContext orders =
                new Services(ROCKET_MQ.get()).orders().start()) {
            List<String> names = Arrays.asList(orders.getBeanFactory().getBeanDefinitionNames());
            assertThat(names)
                    .containsSubsequence("dataSource", "rmqTxStores")
                    .containsSubsequence("transactionManager", "rmqTxStores")
                    .containsSubsequence("flywayInitializer", "rmqTxStores")
                    .containsSubsequence(
                            "org.springframework.transaction.config.internalTransactionAdvisor", "rmqTxInnerAdvisor");
        }
    }
}
