package io.rmqtx.chaos;

import io.rmqtx.embedded.EmbeddedRocketMq;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What all tests of this JVM share: a broker, a database server with a database for each service, and a recorder. */
@SuppressWarnings("deprecation") // before 5.13 JUnit closes only its own type, from then on it warns of that
final class World implements ExtensionContext.Store.CloseableResource, AutoCloseable {

    static final String TOPIC = "transfers";
    static final String DEBIT_SERVICE = "debit-service";
    static final String CREDIT_SERVICE = "credit-service";

    /** Accounts a0, a1, ... here and b0, b1, ... there, for load. */
    static final int ACCOUNTS = 10;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    final EmbeddedRocketMq broker;
    final MariaDbServer server;
    final Database debit;
    final Database credit;
    final Recorder recorder;
    private @Nullable ServiceProcess creditService;
    private @Nullable ServiceProcess debitService;
    private final Path directory = MariaDbServer.directory();
    private final Path logs;
    private final SharedClasses classes = new SharedClasses(directory);
    private List<String> sharing = List.of();

    /** Gives tests the one world. */
    static final class Extension implements ParameterResolver {

        private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(World.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == World.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(NAMESPACE)
                    .getOrComputeIfAbsent(World.class, key -> new World(), World.class);
        }
    }

    private World() {
        broker = EmbeddedRocketMq.builder()
                .autoCreateTopics(false)
                // Longer than a call takes on a busy machine: a call that is fenced starts once more, under another id.
                .transactionTimeout(Duration.ofSeconds(3))
                // Without a relay nobody takes up a half message that the broker has set aside.
                .transactionCheckMax(10_000)
                .start();
        broker.createTopic(TOPIC, 4);
        broker.createConsumerGroup(CREDIT_SERVICE);
        broker.createConsumerGroup("recorder");
        server = MariaDbServer.prepare(directory);
        debit = new Database(server, "debit", "debit-schema.sql");
        credit = new Database(server, "credit", "credit-schema.sql");
        for (int i = 0; i < ACCOUNTS; i++) {
            // The first one is poor, so that some calls are refused.
            debit.account("a" + i, i == 0 ? "500.00" : "1000000.00");
            credit.account("b" + i, "0.00");
        }
        recorder = new Recorder(broker.nameServerAddress(), TOPIC);
        try {
            logs = Files.createDirectories(Path.of("target/chaos").toAbsolutePath());
            shareClasses();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void shareClasses() throws InterruptedException {
        sharing = classes.optionsToWrite();
        ServiceProcess first = debit("debit-first").ready();
        first.terminate();
        int unused = first.awaitExit(Wait.LONG);
        sharing = classes.options();
    }

    /** Waits until the broker has nothing left to ask about. */
    void awaitNoPendingHalves() {
        Wait.until("the end of all half messages").until(() -> broker.pendingHalfMessages() == 0);
    }

    /** A number that no other test has. */
    int number() {
        return NUMBER.incrementAndGet();
    }

    /** Service B as it should be, always there. */
    synchronized ServiceProcess creditService() {
        if (creditService == null) {
            creditService = credit(CREDIT_SERVICE, Map.of()).ready();
        }
        return creditService;
    }

    /** An instance of service A as it should be, always there. */
    synchronized ServiceProcess debitService() {
        if (debitService == null) {
            debitService = debit(DEBIT_SERVICE).ready();
        }
        return debitService;
    }

    /** Starts an instance of service A; services of one name answer each other's check-backs. */
    ServiceProcess debit(String application, Map<String, String> properties) {
        return start("debit", application, debit, properties);
    }

    ServiceProcess debit(String application) {
        return debit(application, Map.of());
    }

    /** Starts an instance of service B; its name is its consumer group. */
    ServiceProcess credit(String application, Map<String, String> properties) {
        return start("credit", application, credit, properties);
    }

    private ServiceProcess start(
            String service, String application, Database database, Map<String, String> properties) {
        String name = application + "-" + number();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("spring.application.name", application);
        all.put("spring.datasource.url", database.url());
        all.put("spring.datasource.username", "root");
        all.put("spring.datasource.hikari.minimum-idle", "1");
        all.put("rmq-tx.name-server", broker.nameServerAddress());
        all.put("rmq-tx.client.route-refresh", "1s");
        all.put("rmq-tx.client.heartbeat", "1s");
        all.put("rmq-tx.consumer.threads", "4");
        all.put("transfer.topic", TOPIC);
        all.put("chaos.tally", tally(name).toString());
        all.putAll(properties);
        return new ServiceProcess(name, service, all, logs, classes.classPath(), sharing);
    }

    /** The file of a tally, which counts from zero in each run. */
    Path tally(String name) {
        return directory.resolve(name + ".tally");
    }

    @Override
    public synchronized void close() {
        Stream.of(creditService, debitService).filter(Objects::nonNull).forEach(ServiceProcess::close);
        recorder.close();
        broker.close();
        server.close();
        Directories.delete(directory);
    }
}
