package io.rmqtx.store;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** How the tables of rmq-tx come into the business database. */
@ConfigurationProperties("rmq-tx.schema")
public final class StoreProperties {

    /** When the tables are created at start: only in an embedded H2 database, in every database, or never. */
    private Initialize initialize = Initialize.EMBEDDED;

    /** When the tables are created. */
    public Initialize getInitialize() {
        return initialize;
    }

    /** Sets when the tables are created. */
    public void setInitialize(Initialize initialize) {
        this.initialize = initialize;
    }

    /** When the tables are created. */
    public enum Initialize {
        /** In an H2 database of this process, in memory or in a file. */
        EMBEDDED,
        /** In every database; the user of the data source needs the right to create tables. */
        ALWAYS,
        /** Never: the script is run by the service's migration tool, or by hand. */
        NEVER
    }
}
