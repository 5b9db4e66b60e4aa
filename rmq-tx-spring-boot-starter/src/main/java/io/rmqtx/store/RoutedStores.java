package io.rmqtx.store;

import io.rmqtx.MessageContext;
import io.rmqtx.StoreRouteException;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.StoreLocator;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;

/** The stores of a manager whose data source is a routing one. */
record RoutedStores(PlatformTransactionManager manager, StoreLocator locator, Map<String, ReliableStore> byName)
        implements ManagedStores {

    @Override
    public ReliableStore current() {
        @Nullable String name = locator.current();
        ReliableStore store = name == null ? null : byName.get(name);
        if (store == null) {
            throw new StoreRouteException("The route leads to store " + (name == null ? "null" : "'" + name + "'")
                    + ", as StoreLocator '" + locator.getClass().getName() + "' says, but its stores are "
                    + new TreeSet<>(byName.keySet()).stream().collect(Collectors.joining("', '", "'", "'"))
                    + ". Set the route before the annotated method is called, or the delivery's in"
                    + " StoreLocator.enter(...), and name every store in StoreLocator.stores(). Nothing was written, and"
                    + " nothing was sent.");
        }
        return store;
    }

    @Override
    public Collection<ReliableStore> all() {
        return byName.values();
    }

    @Override
    public StoreLocator.Scope enter(MessageContext message, Object payload) {
        return locator.enter(message, payload);
    }
}
