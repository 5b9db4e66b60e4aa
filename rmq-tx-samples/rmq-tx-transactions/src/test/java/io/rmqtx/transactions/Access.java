package io.rmqtx.transactions;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.mybatis.spring.SqlSessionTemplate;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;

/** The ways in which the business writes. */
enum Access {
    JDBC(JdbcAccess.class),
    MYBATIS_PLUS(MyBatisPlusAccess.class),
    /** Which writes when the commit begins. */
    MYBATIS_PLUS_BATCH(MyBatisPlusBatchAccess.class),
    JPA(JpaAccess.class);

    final Class<?> configuration;

    Access(Class<?> configuration) {
        this.configuration = configuration;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class JdbcAccess {
        @Bean
        OrderTable orderTable(JdbcTemplate jdbc) {
            return order -> jdbc.update("INSERT INTO orders (id, amount) VALUES (?, ?)", order.id(), order.amount());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class MyBatisPlusAccess {
        @Bean
        OrderTable orderTable(OrderMapper mapper) {
            return order -> mapper.insert(new OrderRow(order));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class MyBatisPlusBatchAccess {
        @Bean
        OrderTable orderTable(SqlSessionFactory factory) {
            factory.getConfiguration().addMapper(OrderMapper.class);
            OrderMapper mapper = new SqlSessionTemplate(factory, ExecutorType.BATCH).getMapper(OrderMapper.class);
            return order -> mapper.insert(new OrderRow(order));
        }
    }

    /** Without a flush: Hibernate writes when the transaction commits, or when it must. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class JpaAccess {
        @Bean
        OrderTable orderTable(EntityManagerFactory factory) {
            EntityManager entities = SharedEntityManagerCreator.createSharedEntityManager(factory);
            return order -> entities.persist(new OrderRow(order));
        }
    }
}
