package io.rmqtx.embedded;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * An {@link EmbeddedRocketMq} for JUnit 5, also as a test's parameter.
 *
 * <p>Before each test the faults are reset, and what a test left stopped is started. Topics,
 * messages and groups stay: use a topic and a group of its own in each test. Tests that share a broker must not run in
 * parallel if they use faults or stop it.
 */
public final class EmbeddedRocketMqExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(EmbeddedRocketMqExtension.class);

    private final @Nullable Consumer<EmbeddedRocketMq.Builder> settings;
    private @Nullable EmbeddedRocketMq own;
    private int openClasses;

    private EmbeddedRocketMqExtension(@Nullable Consumer<EmbeddedRocketMq.Builder> settings) {
        this.settings = settings;
    }

    /** One broker with default settings for all tests of this JVM, started when first needed, stopped after the last. */
    public static EmbeddedRocketMqExtension shared() {
        return new EmbeddedRocketMqExtension(null);
    }

    /** A broker of its own for the class (in a static field) or for each test (in a field of the instance). */
    public static EmbeddedRocketMqExtension dedicated(Consumer<EmbeddedRocketMq.Builder> settings) {
        return new EmbeddedRocketMqExtension(settings);
    }

    /** The broker; started by this call if nothing did so before, so that it works before any callback. */
    public synchronized EmbeddedRocketMq get() {
        if (settings == null) {
            return SharedInstance.get();
        }
        EmbeddedRocketMq current = own;
        if (current == null) {
            EmbeddedRocketMq.Builder builder = EmbeddedRocketMq.builder();
            settings.accept(builder);
            current = builder.start();
            own = current;
        }
        return current;
    }

    /** What a client's {@code setNamesrvAddr} takes. */
    public String nameServerAddress() {
        return get().nameServerAddress();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        openClasses++;
        prepare(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        prepare(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (openClasses == 0) {
            closeOwn();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        openClasses--; // nested classes come through here, too
        if (openClasses == 0) {
            closeOwn();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == EmbeddedRocketMq.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return get();
    }

    private void prepare(ExtensionContext context) {
        EmbeddedRocketMq rocketMq = get();
        if (settings == null) {
            var unused = context.getRoot()
                    .getStore(NAMESPACE)
                    .getOrComputeIfAbsent(SharedInstance.class, key -> new SharedInstance(), SharedInstance.class);
        }
        rocketMq.brokers().forEach(broker -> broker.faults().reset());
        if (!rocketMq.isNameServerRunning()) {
            rocketMq.startNameServer();
        }
        rocketMq.startBroker();
    }

    private synchronized void closeOwn() {
        EmbeddedRocketMq current = own;
        own = null;
        if (current != null) {
            current.close();
        }
    }

    /** In JUnit's root store, which closes it after the last test of the JVM. */
    @SuppressWarnings("deprecation") // before 5.13 JUnit closes only its own type, from then on it warns of that
    private static final class SharedInstance implements ExtensionContext.Store.CloseableResource, AutoCloseable {

        private static @Nullable EmbeddedRocketMq instance;

        static synchronized EmbeddedRocketMq get() {
            EmbeddedRocketMq current = instance;
            if (current == null) {
                current = EmbeddedRocketMq.builder().start();
                instance = current;
            }
            return current;
        }

        @Override
        public void close() {
            closeInstance();
        }

        private static synchronized void closeInstance() {
            EmbeddedRocketMq current = instance;
            instance = null;
            if (current != null) {
                current.close();
            }
        }
    }
}
