package io.rmqtx.transactions;

import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The transaction managers that a service may have. */
enum Manager {
    DATA_SOURCE(DataSourceManager.class, true),
    JDBC(JdbcManager.class, true),
    /** As Spring Boot configures it. Hibernate has no savepoints, whether nested transactions are allowed or not. */
    JPA(JpaManager.class, false);

    final Class<?> configuration;
    final boolean savepoints;

    Manager(Class<?> configuration, boolean savepoints) {
        this.configuration = configuration;
        this.savepoints = savepoints;
    }

    @Configuration(proxyBeanMethods = false)
    static class DataSourceManager {
        @Bean
        DataSourceTransactionManager transactionManager(DataSource dataSource) {
            return new DataSourceTransactionManager(dataSource);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class JdbcManager {
        @Bean
        JdbcTransactionManager transactionManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class JpaManager {}
}
