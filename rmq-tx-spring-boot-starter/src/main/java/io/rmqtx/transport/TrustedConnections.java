package io.rmqtx.transport;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.rmqtx.RmqTxConfigurationException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.rocketmq.client.impl.factory.MQClientInstance;
import org.apache.rocketmq.remoting.netty.NettyRemotingAbstract;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * Encrypted connections whose other end is verified. RocketMQ's own settings for that are static, shared by all clients
 * of the process, and trust everybody by default; so each of our clients gets a context of its own, before it starts.
 */
final class TrustedConnections {

    private static final Logger log = LoggerFactory.getLogger(TrustedConnections.class);

    private final @Nullable SslBundle bundle;
    private final Duration timeout;

    private TrustedConnections(@Nullable SslBundle bundle, Duration timeout) {
        this.bundle = bundle;
        this.timeout = timeout;
    }

    /** With the certificates of that bundle; without a name with those that the JDK trusts. */
    static TrustedConnections of(@Nullable String bundle, @Nullable SslBundles bundles, Duration timeout) {
        if (bundle == null) {
            return new TrustedConnections(null, timeout);
        }
        try {
            if (bundles != null) {
                return new TrustedConnections(bundles.getBundle(bundle), timeout);
            }
        } catch (NoSuchSslBundleException e) {
            log.debug("No such bundle", e);
        }
        throw new RmqTxConfigurationException(
                "There is no SSL bundle '" + bundle + "' [rmq-tx.client.tls-bundle].",
                "Define it, as in spring.ssl.bundle.pem." + bundle + ".truststore.certificate=/path/to/ca.pem.");
    }

    /** To be called before the client starts. */
    void install(MQClientInstance client) {
        try {
            Field context = NettyRemotingAbstract.class.getDeclaredField("sslContext");
            context.setAccessible(true);
            context.set(client.getMQClientAPIImpl().getRemotingClient(), nettyContext());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This version of RocketMQ's client is not supported with TLS.", e);
        } catch (SSLException | RuntimeException e) {
            throw unusable(e);
        }
    }

    private SslContext nettyContext() throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                // Brokers register by address; Netty 4.2 would verify a name that RocketMQ does not tell it.
                .endpointIdentificationAlgorithm("");
        if (bundle != null) {
            builder.trustManager(bundle.getManagers().getTrustManagerFactory())
                    .keyManager(bundle.getManagers().getKeyManagerFactory());
        }
        return builder.build();
    }

    /**
     * Looks whether the servers' certificates are trusted. The client itself only says that it could not connect.
     * Servers that cannot be reached are passed over.
     *
     * @param servers "host:port", separated by semicolons
     * @throws RmqTxConfigurationException if one shows a certificate that is not trusted, or speaks no TLS
     */
    void check(String servers) {
        for (String server : StringUtils.delimitedListToStringArray(servers.replace(',', ';'), ";")) {
            int colon = server.lastIndexOf(':');
            if (colon > 0) {
                checkOne(
                        server.trim(),
                        server.substring(0, colon).trim(),
                        server.substring(colon + 1).trim());
            }
        }
    }

    private void checkOne(String server, String host, String port) {
        int millis = Math.toIntExact(timeout.toMillis());
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, Integer.parseInt(port)), millis);
            plain.setSoTimeout(millis);
            try (SSLSocket socket =
                    (SSLSocket) jdkContext().getSocketFactory().createSocket(plain, host, plain.getPort(), true)) {
                socket.startHandshake();
            }
        } catch (SSLException e) {
            throw new RmqTxConfigurationException(
                    "No encrypted connection to RocketMQ at " + server + ": " + e.getMessage() + ".",
                    "Let [rmq-tx.client.tls-bundle] name an SSL bundle that trusts the authority of that server's"
                            + " certificate (and has a certificate of this client, if the server asks for one), or set"
                            + " rmq-tx.client.tls=false if that server does not encrypt.",
                    e);
        } catch (IOException | IllegalArgumentException e) {
            log.debug("{} cannot be reached", server, e);
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    private SSLContext jdkContext() throws NoSuchAlgorithmException, KeyManagementException {
        if (bundle != null) {
            return bundle.createSslContext();
        }
        return SSLContext.getDefault();
    }

    private static RmqTxConfigurationException unusable(Exception cause) {
        return new RmqTxConfigurationException(
                "The certificates for connections to RocketMQ cannot be used: " + cause.getMessage() + ".",
                "Correct the SSL bundle that [rmq-tx.client.tls-bundle] names.",
                cause);
    }
}
