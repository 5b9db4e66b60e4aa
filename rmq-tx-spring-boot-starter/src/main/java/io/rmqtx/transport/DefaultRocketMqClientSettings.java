package io.rmqtx.transport;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.autoconfigure.RmqTxProperties;
import io.rmqtx.spi.RocketMqClientCustomizer;
import io.rmqtx.spi.RocketMqClientSettings;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.rocketmq.acl.common.AclClientRPCHook;
import org.apache.rocketmq.acl.common.SessionCredentials;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.client.impl.MQClientManager;
import org.apache.rocketmq.remoting.RPCHook;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Settings from properties. */
final class DefaultRocketMqClientSettings implements RocketMqClientSettings {

    /** RocketMQ's rule for group names, less the characters with which it builds names of its own. */
    private static final Pattern GROUP_PART = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    private static final Logger log = LoggerFactory.getLogger(DefaultRocketMqClientSettings.class);

    /** Who sets it for the JDK has named authorities. */
    private static final String TRUST_STORE = "javax.net.ssl.trustStore";

    private final AtomicBoolean warned = new AtomicBoolean();
    private final RmqTxProperties root;
    private final ClientProperties client;
    private final Environment environment;
    private final List<RocketMqClientCustomizer> customizers;
    private final @Nullable SslBundles sslBundles;

    DefaultRocketMqClientSettings(
            RmqTxProperties root,
            ClientProperties client,
            Environment environment,
            List<RocketMqClientCustomizer> customizers,
            @Nullable SslBundles sslBundles) {
        this.sslBundles = sslBundles;
        this.root = root;
        this.client = client;
        this.environment = environment;
        this.customizers = List.copyOf(customizers);
    }

    @Override
    public String application() {
        String name = configuredName();
        if (name == null) {
            throw new RmqTxConfigurationException(
                    "This application has no name, and its producer group is made of it.",
                    "Set spring.application.name, or rmq-tx.application, to a name that no other application on the"
                            + " broker has.");
        }
        if (!GROUP_PART.matcher(name).matches()) {
            throw new RmqTxConfigurationException(
                    "The application name '" + name
                            + "' cannot be part of a RocketMQ group name: letters, digits, '-' and"
                            + " '_' are allowed, 100 characters at most.",
                    "Set rmq-tx.application to a name of that form; spring.application.name can stay as it is.");
        }
        return name;
    }

    @Override
    public @Nullable RPCHook accessHook() {
        String accessKey = client.accessKey();
        String secretKey = client.secretKey();
        if (!StringUtils.hasText(accessKey) && !StringUtils.hasText(secretKey)) {
            return null;
        }
        if (accessKey == null || secretKey == null || accessKey.isBlank() || secretKey.isBlank()) {
            throw new RmqTxConfigurationException(
                    "Only one of rmq-tx.client.access-key and rmq-tx.client.secret-key is set, but the broker's access"
                            + " control needs both.",
                    "Set both, or neither.");
        }
        return new AclClientRPCHook(new SessionCredentials(accessKey, secretKey));
    }

    @Override
    public void apply(ClientConfig config) {
        config.setNamesrvAddr(nameServer());
        config.setUseTLS(client.encrypted());
        config.setVipChannelEnabled(false);
        if (StringUtils.hasText(client.namespace())) {
            setNamespace(config, client.namespace());
        }
        if (StringUtils.hasText(client.unitName())) {
            config.setUnitName(client.unitName());
        }
        config.setPollNameServerInterval(Math.toIntExact(client.routeRefresh().toMillis()));
        config.setHeartbeatBrokerInterval(Math.toIntExact(client.heartbeat().toMillis()));
        customizers.forEach(customizer -> customizer.customize(config));
        String application = configuredName(); // a pure consumer needs none
        config.setInstanceName("rmqtx-" + (application == null ? "" : application) + "-"
                + UUID.randomUUID().toString().substring(0, 8));
    }

    @Override
    public void beforeStart(ClientConfig config) {
        if (config.isUseTLS()) {
            String bundle = StringUtils.hasText(client.tlsBundle()) ? client.tlsBundle() : null;
            if (bundle == null && System.getProperty(TRUST_STORE) == null && !warned.getAndSet(true)) {
                log.warn("Connections to RocketMQ are encrypted [rmq-tx.client.tls], but no authority is named"
                        + " [rmq-tx.client.tls-bundle]: every server with a certificate of any public authority is"
                        + " trusted, whatever name is in it. Name an SSL bundle with the authority that issues your"
                        + " brokers' certificates, and with no other.");
            }
            TrustedConnections connections = TrustedConnections.of(bundle, sslBundles, client.requestTimeout());
            connections.check(config.getNamesrvAddr());
            connections.install(MQClientManager.getInstance().getOrCreateMQClientInstance(config, accessHook()));
        }
    }

    /** Deprecated in favour of a namespace that only RocketMQ's proxy understands; plain brokers need this one. */
    @SuppressWarnings("deprecation")
    private static void setNamespace(ClientConfig config, @Nullable String namespace) {
        config.setNamespace(namespace);
    }

    private @Nullable String configuredName() {
        return firstText(root.getApplication(), environment.getProperty("spring.application.name"));
    }

    private String nameServer() {
        String address = firstText(root.getNameServer(), environment.getProperty("rocketmq.name-server"));
        if (address == null) {
            throw new RmqTxConfigurationException(
                    "No RocketMQ name server is configured, but this application has methods annotated with"
                            + " @ReliableMessage or @ReliableListener.",
                    "Set rmq-tx.name-server, for example to 10.0.0.1:9876;10.0.0.2:9876.");
        }
        return address;
    }

    private static @Nullable String firstText(@Nullable String first, @Nullable String second) {
        return StringUtils.hasText(first) ? first : StringUtils.hasText(second) ? second : null;
    }
}
