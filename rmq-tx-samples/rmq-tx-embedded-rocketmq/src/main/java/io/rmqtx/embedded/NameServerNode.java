package io.rmqtx.embedded;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.rocketmq.common.namesrv.NamesrvConfig;
import org.apache.rocketmq.namesrv.NamesrvController;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;
import org.apache.rocketmq.remoting.protocol.route.QueueData;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;
import org.jspecify.annotations.Nullable;

/** The name server, started and stopped any number of times on one port. */
final class NameServerNode {

    private final Path directory;
    private final int port;
    private final Encryption encryption;
    private @Nullable NamesrvController running;

    NameServerNode(Path directory, int port, Encryption encryption) {
        this.directory = directory;
        this.port = port;
        this.encryption = encryption;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    boolean isRunning() {
        return running != null;
    }

    void start() {
        if (running != null) {
            return;
        }
        Ports.awaitNameServerPort(port, Duration.ofSeconds(3));
        NamesrvConfig config = new NamesrvConfig();
        config.setRocketmqHome(directory.toString());
        config.setKvConfigPath(directory.resolve("namesrv/kvConfig.json").toString());
        config.setConfigStorePath(
                directory.resolve("namesrv/namesrv.properties").toString());
        config.setDefaultThreadPoolNums(2);
        config.setClientRequestThreadPoolNums(2);
        // Clients of a restarted name server must not be told to wait until all brokers are back.
        config.setNeedWaitForService(false);
        NettyServerConfig server = BrokerConfigs.server(port);
        NamesrvController controller = new NamesrvController(config, server);
        try {
            if (!encryption.during(controller::initialize)) {
                throw new EmbeddedRocketMqException(
                        "the name server did not initialise in " + directory + "; is the directory writable?");
            }
            controller.start();
        } catch (EmbeddedRocketMqException e) {
            throw e;
        } catch (Exception e) {
            QuickStop.run(controller::shutdown);
            throw new EmbeddedRocketMqException(
                    "the name server did not start on " + address() + ": " + e.getMessage(), e);
        }
        running = controller;
    }

    void stop() {
        NamesrvController controller = running;
        running = null;
        if (controller != null) {
            QuickStop.run(controller::shutdown);
        }
    }

    /** How many queues the topic has for writing at that broker, as far as clients can learn here; 0 if unknown. */
    int queues(String topic, String broker) {
        NamesrvController controller = running;
        TopicRouteData route =
                controller == null ? null : controller.getRouteInfoManager().pickupTopicRouteData(topic);
        return route == null
                ? 0
                : route.getQueueDatas().stream()
                        .filter(queues -> queues.getBrokerName().equals(broker))
                        .mapToInt(QueueData::getWriteQueueNums)
                        .sum();
    }
}
