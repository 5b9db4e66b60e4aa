package io.rmqtx.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.config.FlushDiskType;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.jspecify.annotations.Nullable;

/** The broker, started, stopped and killed any number of times on one store and one port. */
final class BrokerNode {

    private static final String ALWAYS_THERE = "SELF_TEST_TOPIC";

    private final EmbeddedRocketMq.Builder settings;
    private final String name;
    private final Path directory;
    private final int port;
    private final NameServerNode nameServer;
    private final FaultSwitches switches;
    private final PowerCut powerCut;
    private @Nullable LoopbackBroker running;
    private @Nullable FaultInstaller faults;

    BrokerNode(
            EmbeddedRocketMq.Builder settings,
            String name,
            Path directory,
            int port,
            NameServerNode nameServer,
            FaultSwitches switches) {
        this.settings = settings;
        this.name = name;
        this.directory = directory;
        this.port = port;
        this.nameServer = nameServer;
        this.switches = switches;
        this.powerCut = new PowerCut(directory.resolve("store"));
    }

    String name() {
        return name;
    }

    FaultSwitches faults() {
        return switches;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    boolean isRunning() {
        return running != null;
    }

    LoopbackBroker running() {
        LoopbackBroker broker = running;
        if (broker == null) {
            throw new EmbeddedRocketMqException("the broker '" + name + "' is stopped; start it first");
        }
        return broker;
    }

    void start() {
        if (running != null) {
            return;
        }
        Ports.awaitBrokerPorts(port, Duration.ofSeconds(3));
        BrokerConfig config = BrokerConfigs.broker(settings, name, directory, port, nameServer.address());
        MessageStoreConfig store = BrokerConfigs.store(settings, directory);
        LoopbackBroker broker = settings.encryption.during(() -> new LoopbackBroker(
                config,
                BrokerConfigs.server(port),
                BrokerConfigs.client(settings.encryption),
                store,
                BrokerConfigs.accessControl(settings, config, directory)));
        FaultInstaller installer = new FaultInstaller(switches);
        try {
            if (!settings.encryption.during(broker::initialize)) {
                throw new EmbeddedRocketMqException("the broker could not load its store in " + directory
                        + "; delete the directory, or choose another one with directory(Path)");
            }
            powerCut.positionsFlushed();
            Timers timers = broker.timers();
            if (timers != null) {
                powerCut.timersFlushed(timers.logEnd());
            }
            powerCut.logFlushed(broker.store().getMaxPhyOffset());
            NoReplication.install(broker.store());
            PatientTransactionService.install(broker);
            broker.stopSpinningMetrics();
            installer.install(broker);
            broker.start();
        } catch (EmbeddedRocketMqException e) {
            installer.close();
            throw e;
        } catch (Exception e) {
            installer.close();
            stopHalfStarted(broker, e);
            throw new EmbeddedRocketMqException(
                    "the broker did not start on " + address() + " in " + directory + ": " + e.getMessage()
                            + "; is another broker using the directory or the port?",
                    e);
        }
        running = broker;
        faults = installer;
        register(ALWAYS_THERE, 1);
    }

    private static void stopHalfStarted(LoopbackBroker broker, Exception reason) {
        try {
            QuickStop.run(broker::shutdown);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    /**
     * Tells the name server until it knows. The broker does so once when it starts, which goes nowhere if its client
     * has not found the name server yet, and then only after ten seconds.
     */
    void register(String topic, int queues) {
        if (!nameServer.isRunning()) {
            return;
        }
        LoopbackBroker broker = running();
        broker.registerBrokerAll(true, false, true);
        Waiting.until(
                Duration.ofSeconds(10),
                () -> {
                    if (nameServer.queues(topic, name) >= queues) {
                        return true;
                    }
                    broker.registerBrokerAll(true, false, true);
                    return nameServer.queues(topic, name) >= queues;
                },
                () -> "the name server " + nameServer.address() + " did not learn of the topic '" + topic
                        + "' within 10 s; is this machine very busy?");
    }

    void registerAgain() {
        if (running != null) {
            register(ALWAYS_THERE, 1);
        }
    }

    void stop() {
        LoopbackBroker broker = running;
        FaultInstaller installer = faults;
        running = null;
        faults = null;
        if (installer != null) {
            installer.close();
        }
        if (broker != null) {
            QuickStop.run(broker::shutdown);
        }
    }

    void kill() {
        LoopbackBroker broker = running();
        boolean synchronous = broker.getMessageStoreConfig().getFlushDiskType() == FlushDiskType.SYNC_FLUSH;
        try {
            if (synchronous) {
                powerCut.positionsFlushed();
            }
            broker.dieAtShutdown();
            stop();
            powerCut.strike(!synchronous);
        } catch (IOException e) {
            throw new EmbeddedRocketMqException("could not put the store in " + directory + " back: " + e, e);
        }
    }

    void flush() {
        LoopbackBroker broker = running();
        DefaultMessageStore store = broker.store();
        // The positions first: they must never be ahead of the log that survives with them.
        broker.getConsumerOffsetManager().persist();
        broker.getScheduleMessageService().persist();
        try {
            powerCut.positionsFlushed();
            Timers timers = broker.timers();
            if (timers != null) {
                powerCut.timersFlushed(timers.flush());
            }
            long end = store.getMaxPhyOffset();
            Waiting.until(
                    Duration.ofSeconds(10),
                    () -> {
                        store.flush();
                        return store.getFlushedWhere() >= end;
                    },
                    () -> "the commit log in " + directory + " was not flushed within 10 s; is the disk full?");
            powerCut.logFlushed(end);
        } catch (IOException e) {
            throw new EmbeddedRocketMqException("could not flush the store in " + directory + ": " + e, e);
        }
    }
}
