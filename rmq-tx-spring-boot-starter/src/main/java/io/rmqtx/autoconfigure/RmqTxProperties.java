package io.rmqtx.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** What all parts share. */
@ConfigurationProperties("rmq-tx")
public final class RmqTxProperties {

    /** Whether rmq-tx is active. When false nothing of it is created, and annotated methods run as if they were not. */
    private boolean enabled = true;

    /** Addresses of RocketMQ's name servers, separated by semicolons. Falls back to rocketmq.name-server. */
    private @Nullable String nameServer;

    /**
     * Name of this application: the same for all its instances, and different from every other application on the
     * broker. Falls back to spring.application.name.
     */
    private @Nullable String application;

    /** Whether rmq-tx is active. */
    public boolean isEnabled() {
        return enabled;
    }

    /** Sets whether rmq-tx is active. */
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /** The name servers, or null. */
    public @Nullable String getNameServer() {
        return nameServer;
    }

    /** Sets the name servers. */
    public void setNameServer(@Nullable String nameServer) {
        this.nameServer = nameServer;
    }

    /** The application's name, or null. */
    public @Nullable String getApplication() {
        return application;
    }

    /** Sets the application's name. */
    public void setApplication(@Nullable String application) {
        this.application = application;
    }
}
