package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.StoreLocator;
import io.rmqtx.store.StoreProperties.Initialize;
import io.rmqtx.testing.TestDatabase;
import jakarta.persistence.EntityManagerFactory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.orm.jpa.JpaTransactionManager;

/** Where Hibernate takes connections from tenants' own pools, somebody must say which store is the tenant's. */
class MultiTenancyTest {

    private final TestDatabase database = TestDatabase.h2();
    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    @AfterEach
    void close() {
        database.close();
    }

    private DefaultReliableStores stores(Map<String, Object> settings) {
        EntityManagerFactory factory = (EntityManagerFactory) Proxy.newProxyInstance(
                EntityManagerFactory.class.getClassLoader(),
                new Class<?>[] {EntityManagerFactory.class},
                (self, method, arguments) -> method.getName().equals("getProperties") ? settings : null);
        JpaTransactionManager manager = new JpaTransactionManager(factory);
        manager.setDataSource(database.dataSource());
        beans.registerSingleton("tx", manager);
        return new DefaultReliableStores(
                beans, new StoreDialects(List.of()), Initialize.ALWAYS, Duration.ofSeconds(1), "orders");
    }

    @Test
    void tenantsOfHibernateAreRefusedWithoutALocator() {
        DefaultReliableStores stores = stores(Map.of("hibernate.multi_tenant_connection_provider", "com.acme.Tenants"));

        assertThatThrownBy(() -> stores.open("tx"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("'tx'", "multi-tenancy", "io.rmqtx.spi.StoreLocator");
    }

    @Test
    void tenantsOfHibernateHaveTheStoresOfALocator() {
        DataSource tenants = database.dataSource();
        try (TestDatabase acme = TestDatabase.h2()) {
            beans.registerSingleton(
                    "locator", StoreLocator.of(tenants, Map.of("acme", acme.dataSource()), () -> "acme"));
            DefaultReliableStores stores = stores(Map.of("hibernate.multi_tenant_connection_provider", this));

            assertThat(stores.open("tx")).isNotNull();
            assertThat(stores.forTransactionManager("tx").id()).isNotEmpty();
        }
    }

    @Test
    void oneTenantIsAnOrdinaryDatabase() {
        assertThat(stores(Map.of("hibernate.dialect", "H2")).open("tx")).isNotNull();
    }
}
