package io.rmqtx.transport;

import io.rmqtx.autoconfigure.PositiveSetting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * How RocketMQ's clients connect.
 *
 * @param accessKey access key for the broker's access control; needs the secret key
 * @param secretKey secret key for the broker's access control
 * @param tls whether to encrypt the connections, and to verify that the other end has a certificate that is trusted
 * @param tlsBundle SSL bundle with the certificates to trust, and this client's own if the brokers ask for one; those that
 *     the JDK trusts when empty. Switches encryption on
 * @param namespace namespace of topics and groups on the broker
 * @param unitName name of the unit, where units are used
 * @param routeRefresh how often topic routes are fetched from the name server
 * @param heartbeat how often the brokers are told that this client lives
 * @param requestTimeout how long to wait for an answer to an end of transaction, a query or a look-up
 */
@ConfigurationProperties("rmq-tx.client")
public record ClientProperties(
        @Nullable String accessKey,
        @Nullable String secretKey,
        @DefaultValue("false") boolean tls,
        @Nullable String tlsBundle,
        @Nullable String namespace,
        @Nullable String unitName,
        @DefaultValue("10s") Duration routeRefresh,
        @DefaultValue("10s") Duration heartbeat,
        @DefaultValue("3s") Duration requestTimeout) {

    /** Refuses values that make no sense. */
    public ClientProperties {
        PositiveSetting.check("rmq-tx.client.route-refresh", routeRefresh);
        PositiveSetting.check("rmq-tx.client.heartbeat", heartbeat);
        PositiveSetting.check("rmq-tx.client.request-timeout", requestTimeout);
    }

    /** Whether connections are encrypted. */
    boolean encrypted() {
        return tls || StringUtils.hasText(tlsBundle);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "ClientProperties[tls=" + tls + ", tlsBundle=" + tlsBundle + ", namespace=" + namespace + ", unitName="
                + unitName + "]";
    }
}
