package io.rmqtx.demo.watch;

import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqException;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.spi.MessageHeaders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into the broker's store, past all consumers. */
public final class Broker {

    /** The topic of the orders. */
    public static final String TOPIC = "ORDERS";

    /** The topic of the parcels. */
    public static final String PARCELS = "PARCELS";

    /** The group of the points service. */
    public static final String GROUP = "points-service";

    private static final int MOST = 50;

    private final EmbeddedRocketMq broker;

    /** With this broker. */
    public Broker(EmbeddedRocketMq broker) {
        this.broker = broker;
    }

    /** The messages with this id in the topic. */
    public List<StoredMessage> inTopic(String messageId) {
        return withId(broker.messages(TOPIC), messageId);
    }

    /** How many messages there are about parcels. */
    public long parcels() {
        return broker.count(PARCELS);
    }

    /** The dead letters with this id. */
    public List<StoredMessage> deadLetters(String messageId) {
        return withId(broker.deadLetters(GROUP), messageId);
    }

    private static List<StoredMessage> withId(List<StoredMessage> messages, String messageId) {
        return messages.stream()
                .filter(message -> messageId.equals(message.property(MessageHeaders.MESSAGE_ID)))
                .toList();
    }

    List<Map<String, Object>> topic() {
        return rows(broker.isBrokerRunning() ? () -> broker.messages(TOPIC) : List::of);
    }

    List<Map<String, Object>> deadLetters() {
        return rows(broker.isBrokerRunning() ? () -> broker.deadLetters(GROUP) : List::of);
    }

    boolean isRunning() {
        return broker.isBrokerRunning();
    }

    void stop() {
        broker.stopBroker();
    }

    void start() {
        broker.startBroker();
    }

    private static List<Map<String, Object>> rows(Source source) {
        List<StoredMessage> messages;
        try {
            messages = new ArrayList<>(source.read());
        } catch (EmbeddedRocketMqException e) {
            return List.of(); // stopped meanwhile
        }
        messages.sort((left, right) -> right.storedAt().compareTo(left.storedAt()));
        return messages.stream().limit(MOST).map(Broker::row).toList();
    }

    private static Map<String, Object> row(StoredMessage message) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("order", orDash(message.property(MessageHeaders.KEY)));
        row.put("body", message.bodyAsString());
        row.put("message id", orDash(message.property(MessageHeaders.MESSAGE_ID)));
        return row;
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    private interface Source {
        List<StoredMessage> read();
    }
}
