package io.rmqtx.transport;

import io.rmqtx.MessageSendException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.impl.factory.MQClientInstance;
import org.apache.rocketmq.client.impl.producer.DefaultMQProducerImpl;
import org.apache.rocketmq.client.impl.producer.TopicPublishInfo;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.remoting.protocol.route.BrokerData;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which brokers have a topic, from the client's own tables. Topics are named as the broker names them. */
final class Routes {

    private static final Logger log = LoggerFactory.getLogger(Routes.class);

    private final DefaultMQProducer producer;
    private final DefaultMQProducerImpl implementation;
    private final MQClientInstance instance;
    private final ConcurrentMap<String, KnownBrokers> known = new ConcurrentHashMap<>();

    Routes(DefaultMQProducer producer, DefaultMQProducerImpl implementation, MQClientInstance instance) {
        this.producer = producer;
        this.implementation = implementation;
        this.instance = instance;
    }

    /** Makes the client keep the topic's route fresh, and tells the brokers of the route that we are there. */
    void watch(String topic) {
        implementation.getTopicPublishInfoTable().putIfAbsent(topic, new TopicPublishInfo());
    }

    /** Whether the brokers of the topic (or, for a topic still to be created, of the default topic) are known. */
    boolean fetch(String topic) {
        try {
            return toPublish(topic) != null;
        } catch (IllegalStateException | MessageSendException e) {
            return false;
        }
    }

    /** Where to send, if that is known already. */
    @Nullable
    TopicPublishInfo known(String topic) {
        TopicPublishInfo info = implementation.getTopicPublishInfoTable().get(topic);
        return info != null && info.ok() ? info : null;
    }

    /**
     * Where to send.
     *
     * @throws MessageSendException if the name server knows no broker that has the topic or would create it
     */
    TopicPublishInfo publishInfo(String topic) {
        TopicPublishInfo info;
        try {
            info = toPublish(topic);
        } catch (IllegalStateException e) { // what the client throws when no name server can be reached
            throw new MessageSendException(
                    "Message for topic '" + topic + "' was not sent: no name server could be reached at "
                            + producer.getNamesrvAddr()
                            + ". Nothing was written, or it is rolled back; the call can be repeated.",
                    e);
        }
        if (info == null) {
            throw new MessageSendException(
                    "Message for topic '" + topic + "' was not sent: no broker known to the name server at "
                            + producer.getNamesrvAddr()
                            + " has this topic or would create it. Create the topic, or start"
                            + " the broker. Nothing was written, or it is rolled back; the call can be repeated.",
                    null);
        }
        return info;
    }

    private @Nullable TopicPublishInfo toPublish(String topic) {
        TopicPublishInfo info = implementation.getTopicPublishInfoTable().get(topic);
        if (info == null || !info.ok()) {
            watch(topic);
            instance.updateTopicRouteInfoFromNameServer(topic);
            info = implementation.getTopicPublishInfoTable().get(topic);
        }
        if (info == null || !(info.isHaveTopicRouterInfo() || info.ok())) {
            instance.updateTopicRouteInfoFromNameServer(topic, true, producer);
            info = implementation.getTopicPublishInfoTable().get(topic);
        }
        return info != null && info.ok() ? info : null;
    }

    /** The address of a broker's master. */
    @Nullable
    String master(String brokerName) {
        return instance.findBrokerAddressInPublish(brokerName);
    }

    /** Remembers which brokers the topic's route names at this moment; to be called now and then. */
    void remember(String topic) {
        TopicRouteData route = instance.getAnExistTopicRouteData(topic);
        if (route != null) {
            remember(topic, route);
        }
    }

    private KnownBrokers remember(String topic, TopicRouteData route) {
        KnownBrokers brokers = known.computeIfAbsent(topic, missing -> new KnownBrokers());
        Set<String> vanished = brokers.seen(
                route.getBrokerDatas().stream().map(BrokerData::getBrokerName).collect(Collectors.toSet()),
                Instant.now());
        if (!vanished.isEmpty()) {
            log.warn(
                    "Brokers {} no longer have topic {}. Until they are back, check-backs about older messages of that"
                            + " topic are answered \"not known\". If they were removed for good, restart this service"
                            + " (docs/operations.md).",
                    vanished,
                    topic);
        }
        return brokers;
    }

    /** The masters of all brokers of the topic's route; null if the route, or one of the masters, is not known. */
    @Nullable
    List<String> masters(String topic) {
        TopicRouteData route = route(topic);
        return route == null ? null : masters(route);
    }

    /**
     * The masters of all brokers that may have a message of that age; null if one of them is not known, or the route
     * named one since then that it does not name now.
     */
    @Nullable
    List<String> masters(String topic, Instant createdAt) {
        TopicRouteData route = route(topic);
        return route == null || !remember(topic, route).complete(createdAt) ? null : masters(route);
    }

    private @Nullable TopicRouteData route(String topic) {
        TopicRouteData route = instance.getAnExistTopicRouteData(topic);
        if (route == null) {
            fetch(topic);
            route = instance.getAnExistTopicRouteData(topic);
        }
        return route == null || route.getBrokerDatas().isEmpty() ? null : route;
    }

    private static @Nullable List<String> masters(TopicRouteData route) {
        List<String> masters = new ArrayList<>();
        for (BrokerData broker : route.getBrokerDatas()) {
            String master = broker.getBrokerAddrs().get(MixAll.MASTER_ID);
            if (master == null) {
                return null;
            }
            masters.add(master);
        }
        return masters;
    }
}
