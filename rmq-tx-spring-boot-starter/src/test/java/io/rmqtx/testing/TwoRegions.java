package io.rmqtx.testing;

import io.rmqtx.MessageContext;
import io.rmqtx.spi.StoreLocator;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/** Two databases behind a routing data source; the thread's region says which one. Without a region it is the first. */
public final class TwoRegions implements AutoCloseable {

    private static final ThreadLocal<@Nullable String> REGION = new ThreadLocal<>();

    public final TestDatabase eu;
    public final TestDatabase us;
    public final DataSource routing;

    public TwoRegions(TestDatabaseKind kind) {
        eu = TestDatabase.of(kind);
        us = TestDatabase.of(kind);
        routing = routing(Map.of("eu", eu.dataSource(), "us", us.dataSource()), TwoRegions::current);
    }

    /** A routing data source whose key may be null; then it is "eu". */
    public static DataSource routing(Map<String, DataSource> targets, Supplier<@Nullable String> key) {
        AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {
            @Override
            protected @Nullable Object determineCurrentLookupKey() {
                return key.get();
            }
        };
        routing.setTargetDataSources(Map.copyOf(targets));
        routing.setLenientFallback(false);
        DataSource fallback = targets.get("eu");
        if (fallback != null) {
            routing.setDefaultTargetDataSource(fallback);
        }
        routing.afterPropertiesSet();
        return routing;
    }

    /** The region of this thread. */
    public static @Nullable String current() {
        return REGION.get();
    }

    /** Changes the region of this thread. */
    public static void travel(@Nullable String region) {
        if (region == null) {
            REGION.remove();
        } else {
            REGION.set(region);
        }
    }

    /** Does something in a region. */
    public static void in(String region, Runnable work) {
        String before = current();
        travel(region);
        try {
            work.run();
        } finally {
            travel(before);
        }
    }

    /** The locator; a delivery's region is in the header "region". Without a region it throws. */
    public StoreLocator locator() {
        return new StoreLocator() {
            @Override
            public DataSource routing() {
                return routing;
            }

            @Override
            public Map<String, DataSource> stores() {
                return Map.of("eu", eu.dataSource(), "us", us.dataSource());
            }

            @Override
            public String current() {
                String region = TwoRegions.current();
                if (region == null) {
                    throw new IllegalStateException("no region on this thread");
                }
                return region;
            }

            @Override
            public Scope enter(MessageContext message, Object payload) {
                travel(message.headers().get("region"));
                return () -> travel(null);
            }
        };
    }

    /** Statements on one of the databases. */
    public JdbcTemplate jdbc(String region) {
        return new JdbcTemplate(region.equals("eu") ? eu.dataSource() : us.dataSource());
    }

    /** How many rows a table has in one of the databases. */
    public int count(String region, String table) {
        Integer rows = jdbc(region).queryForObject("SELECT COUNT(*) FROM " + table, Integer.class);
        return rows == null ? 0 : rows;
    }

    @Override
    public void close() {
        travel(null);
        eu.close();
        us.close();
    }
}
