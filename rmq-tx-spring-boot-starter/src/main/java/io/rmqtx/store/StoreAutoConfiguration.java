package io.rmqtx.store;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.ClusterRequirement.Kind;
import io.rmqtx.spi.MessageIdGenerator;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RequirementSource;
import io.rmqtx.spi.StoreDialect;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * The tables of rmq-tx and the message ids. By name after everything that defines data sources and transaction managers
 * or migrates databases, as these classes are called in Spring Boot 3.5 and in 4.x.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.autoconfigure.liquibase.LiquibaseAutoConfiguration",
            "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration",
            "org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration"
        })
@ConditionalOnProperty(prefix = "rmq-tx", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(StoreProperties.class)
public final class StoreAutoConfiguration {

    /** How long one insert of a key waits in the database; the consumer repeats it as long as it is willing to wait. */
    private static final Duration KEY_STATEMENT_WAIT = Duration.ofSeconds(1);

    @Bean
    @ConditionalOnMissingBean
    static ReliableStores rmqTxStores(
            ListableBeanFactory beans,
            ObjectProvider<StoreDialect> dialects,
            StoreProperties schema,
            Environment environment) {
        return new DefaultReliableStores(
                beans,
                new StoreDialects(dialects.orderedStream().toList()),
                schema.getInitialize(),
                KEY_STATEMENT_WAIT,
                application(environment));
    }

    @Bean
    @ConditionalOnMissingBean
    static MessageIdGenerator rmqTxMessageIdGenerator() {
        return new UuidV7Generator(Clock.systemUTC());
    }

    @Bean
    static RequirementSource rmqTxStoreRequirements() {
        return () -> List.of(
                table(
                        "rmq_tx_message",
                        "transaction log and outbox; DELETE for the purge",
                        "SELECT",
                        "INSERT",
                        "UPDATE",
                        "DELETE"),
                table("rmq_tx_consumed", "idempotency keys; DELETE for the purge", "SELECT", "INSERT", "DELETE"),
                table(
                        "rmq_tx_store",
                        "identity of the store; UPDATE for a StoreLocator only",
                        "SELECT",
                        "INSERT",
                        "UPDATE"));
    }

    private static ClusterRequirement table(String name, String purpose, String... rights) {
        return new ClusterRequirement(Kind.TABLE, name, List.of(rights), purpose);
    }

    /** For people who read the table; whether there must be a name is for those to say who need it as a group. */
    private static String application(Environment environment) {
        String own = environment.getProperty("rmq-tx.application", "");
        return own.isBlank() ? environment.getProperty("spring.application.name", "") : own;
    }
}
