package io.rmqtx.store;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.StoreLocator;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.transaction.PlatformTransactionManager;

/** Finds the application's locator of a data source. A routing one must have one. */
final class StoreLocators {

    private final ListableBeanFactory beans;

    StoreLocators(ListableBeanFactory beans) {
        this.beans = beans;
    }

    /** The locator of a manager and its data source, or null where it needs none. */
    @Nullable
    StoreLocator of(PlatformTransactionManager transactions, DataSource dataSource, String manager) {
        List<StoreLocator> all =
                beans.getBeanProvider(StoreLocator.class).orderedStream().toList();
        List<StoreLocator> matching = all.stream()
                .filter(locator -> shareALayer(locator.routing(), dataSource))
                .toList();
        if (matching.size() > 1) {
            throw new RmqTxConfigurationException(
                    "The transaction manager " + manager + " works on a data source for which there are several"
                            + " StoreLocators: " + names(matching) + ".",
                    "Define one StoreLocator for each routing data source.");
        }
        String routing = DataSources.routingClass(dataSource);
        if (matching.isEmpty() && routing != null) {
            throw new RmqTxConfigurationException(
                    "The transaction manager " + manager + " works on a routing data source (" + routing + "), but "
                            + (all.isEmpty()
                                    ? "there is no StoreLocator"
                                    : "the routing() of every StoreLocator (" + names(all) + ") is another one")
                            + ": which database has a message's row could not be known.",
                    "Define a bean of type io.rmqtx.spi.StoreLocator that names the databases and says which one is"
                            + " current, for example: @Bean StoreLocator stores(DataSource routing) { return"
                            + " StoreLocator.of(routing, Map.of(\"eu\", euDataSource, \"us\", usDataSource),"
                            + " Region::current); }. Or define a transaction manager on the one data source that holds"
                            + " the tables of rmq-tx, and name it by @ReliableMessage(transactionManager = ...).");
        }
        if (matching.isEmpty() && DataSources.isMultiTenant(transactions)) {
            throw new RmqTxConfigurationException(
                    "The transaction manager " + manager + " works with Hibernate's multi-tenancy ("
                            + DataSources.TENANTS + "): a message's row goes to the tenant's database or schema, and a"
                            + " check-back, which knows no tenant, would ask the manager's data source.",
                    "Define a bean of type io.rmqtx.spi.StoreLocator whose routing() is that data source, with one store"
                            + " for each tenant, and the tenant's name as current().");
        }
        return matching.isEmpty() ? null : matching.get(0);
    }

    private static boolean shareALayer(DataSource one, DataSource other) {
        Set<DataSource> layers = Collections.newSetFromMap(new IdentityHashMap<>());
        layers.addAll(DataSources.layers(one));
        return DataSources.layers(other).stream().anyMatch(layers::contains);
    }

    private static String names(List<StoreLocator> locators) {
        return locators.stream().map(locator -> locator.getClass().getName()).collect(Collectors.joining(", "));
    }
}
