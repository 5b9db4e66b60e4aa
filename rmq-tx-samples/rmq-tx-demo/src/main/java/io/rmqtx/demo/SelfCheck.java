package io.rmqtx.demo;

import io.rmqtx.demo.points.ParcelNews;
import io.rmqtx.demo.watch.Broker;
import io.rmqtx.demo.watch.Databases;
import io.rmqtx.demo.watch.Step;
import io.rmqtx.demo.watch.Timeline;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.spi.MessageHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the fates over HTTP, then looks into both databases and into the broker's store. What the demo prints or shows
 * is not asked.
 */
final class SelfCheck {

    private static final String SUCCESS = "success";
    private static final String COMMIT_LOST = "commit lost";
    private static final String CONSUMPTION_FAILS = "consumption fails";
    private static final String DELIVERED_TWICE = "delivered twice";
    private static final String BROKER_AWAY = "broker away";

    private static final List<String> CUSTOMERS = List.of("ada", "grace");
    private static final int STEPS = 6;

    /** Far below every time-out. */
    private static final long NOT_WAITING_MILLIS = 200;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI orderService;
    private final String nameServer;
    private final Databases databases;
    private final JdbcClient orders;
    private final JdbcClient points;
    private final Broker broker;
    private final FaultSwitches faults;
    private final Timeline timeline;
    private final long deadline;
    private final List<Check> checks = new ArrayList<>();

    private SelfCheck(Demo demo, Duration atMost) {
        databases = demo.databases();
        orderService = demo.orderService();
        nameServer = demo.broker().nameServerAddress();
        orders = databases.inOrders();
        points = databases.inPoints();
        broker = new Broker(demo.broker());
        faults = demo.broker().faults();
        timeline = demo.timeline();
        deadline = System.nanoTime() + atMost.toNanos();
    }

    /** Runs all checks; what is not so within the time has failed. */
    static List<Check> run(Demo demo, Duration atMost) throws InterruptedException {
        SelfCheck check = new SelfCheck(demo, atMost);
        try {
            Placed first = check.success();
            check.commitLost();
            check.consumptionFails();
            check.deliveredTwice(first);
            check.brokerAway();
        } catch (IOException | RuntimeException | MQClientException e) {
            check.checks.add(new Check("all", "the self-check runs to its end", false, e.toString()));
        }
        return check.checks;
    }

    private Placed success() throws IOException, InterruptedException {
        Placed order = place("/orders/success");
        delivered(SUCCESS, order);
        return order;
    }

    private void commitLost() throws IOException, InterruptedException {
        int commits = faults.seenCommits();
        int checkBacks = faults.seenChecks();
        Placed order = place("/orders/commit-lost");
        delivered(COMMIT_LOST, order);
        exactly(COMMIT_LOST, "COMMITs at the broker: one lost, one by check-back", 2, faults.seenCommits() - commits);
        isSo(
                COMMIT_LOST,
                "the broker asked back",
                faults.seenChecks() > checkBacks,
                (faults.seenChecks() - checkBacks) + " check-backs");
        long waited = millisFromOrderToTopic(order);
        isSo(COMMIT_LOST, "not visible before the check-back", waited >= 900, waited + " ms after the order");
    }

    /** The broker asks when a half message is a second old; the producer's own COMMIT comes at once. */
    private long millisFromOrderToTopic(Placed order) {
        long written = orders.sql("SELECT created_at FROM rmq_tx_message WHERE message_id = ?")
                .param(order.messageId())
                .query(Long.class)
                .optional()
                .orElse(Long.MAX_VALUE);
        return broker.inTopic(order.messageId()).stream()
                .mapToLong(message -> message.storedAt().toEpochMilli() - written)
                .min()
                .orElse(-1);
    }

    /** Order, log row, one message, points once, key. */
    private void delivered(String fate, Placed order) throws InterruptedException {
        await(() -> keys(order) > 0 && published(order) > 0);
        exactly(fate, "order in the order database", 1, ordersWith(order));
        exactly(fate, "log row PUBLISHED", 1, published(order));
        exactly(
                fate,
                "message in topic " + Broker.TOPIC,
                1,
                broker.inTopic(order.messageId()).size());
        exactly(fate, "points granted", 1, grants(order));
        exactly(fate, "idempotency key in rmq_tx_consumed", 1, keys(order));
    }

    private void consumptionFails() throws IOException, InterruptedException {
        Placed order = place("/orders/consumption-fails");
        await(() -> !broker.deadLetters(order.messageId()).isEmpty() && alerts(order) > 0 && published(order) > 0);
        exactly(CONSUMPTION_FAILS, "order in the order database", 1, ordersWith(order));
        exactly(CONSUMPTION_FAILS, "log row PUBLISHED", 1, published(order));
        exactly(CONSUMPTION_FAILS, "points granted", 0, grants(order));
        exactly(CONSUMPTION_FAILS, "idempotency key in rmq_tx_consumed", 0, keys(order));
        exactly(
                CONSUMPTION_FAILS,
                "letter in %DLQ%" + Broker.GROUP,
                1,
                broker.deadLetters(order.messageId()).size());
        exactly(CONSUMPTION_FAILS, "alert raised", 1, alerts(order));
    }

    /** The very message of the first order once more, sent past rmq-tx. */
    private void deliveredTwice(Placed first) throws IOException, InterruptedException, MQClientException {
        List<StoredMessage> stored = broker.inTopic(first.messageId());
        if (stored.isEmpty()) {
            isSo(DELIVERED_TWICE, "there is a message to deliver again", false, "none");
            return;
        }
        sendAgain(stored.get(0));
        exactly(
                DELIVERED_TWICE,
                "copies in topic " + Broker.TOPIC,
                2,
                broker.inTopic(first.messageId()).size());
        // The timeline says only when to look: a refused duplicate leaves no trace in the database, which is the point.
        await(() -> timeline.has(first.messageId(), Step.DUPLICATE) || grants(first) > 1);
        exactly(DELIVERED_TWICE, "points granted", 1, grants(first));
        exactly(DELIVERED_TWICE, "idempotency key in rmq_tx_consumed", 1, keys(first));
    }

    private void sendAgain(StoredMessage stored) throws InterruptedException, MQClientException {
        DefaultMQProducer producer = new DefaultMQProducer("demo-self-check");
        producer.setNamesrvAddr(nameServer);
        producer.start();
        try {
            Message copy =
                    new Message(Broker.TOPIC, stored.tags() == null ? "" : stored.tags(), stored.keys(), stored.body());
            stored.properties().forEach((name, value) -> {
                if (MessageHeaders.isReserved(name)) {
                    copy.putUserProperty(name, value);
                }
            });
            producer.send(copy);
        } catch (org.apache.rocketmq.remoting.exception.RemotingException
                | org.apache.rocketmq.client.exception.MQBrokerException e) {
            throw new IllegalStateException("The copy could not be sent.", e);
        } finally {
            producer.shutdown();
        }
    }

    /** Calls whose messages are of mode OUTBOX go on, and what they tell arrives later, in order and once. */
    private void brokerAway() throws IOException, InterruptedException {
        List<JsonNode> moved = new ArrayList<>();
        long usual = median(moveParcels(moved));
        int before = moved.size();
        await(() -> databases.waitingParcels() == 0);
        post("/watch/broker/stop", 200);
        try {
            List<Long> millis = moveParcels(moved);
            int calls = STEPS * CUSTOMERS.size();
            exactly(BROKER_AWAY, "calls that succeed without a broker", calls, moved.size() - before);
            long allowed = Math.max(NOT_WAITING_MILLIS, 5 * usual); // of a busy machine
            isSo(
                    BROKER_AWAY,
                    "none waits for it: half of them within " + allowed + " ms",
                    median(millis) <= allowed,
                    "half within " + median(millis) + " ms, the slowest " + millis.get(calls - 1) + " ms");
            exactly(BROKER_AWAY, "rows PENDING", calls, databases.waitingParcels());
        } finally {
            post("/watch/broker/start", 200);
        }
        await(() -> databases.waitingParcels() == 0
                && databases.parcelNews().size() >= moved.size()
                && keysOfParcels() >= moved.size());
        exactly(BROKER_AWAY, "rows PENDING when it is back", 0, databases.waitingParcels());
        exactly(BROKER_AWAY, "messages in topic " + Broker.PARCELS, moved.size(), broker.parcels());
        exactly(BROKER_AWAY, "idempotency keys in rmq_tx_consumed", moved.size(), keysOfParcels());
        for (String customer : CUSTOMERS) {
            List<String> called = moved.stream()
                    .map(parcel -> parcel.path("customer").asString() + "-"
                            + parcel.path("step").asInt())
                    .filter(step -> step.startsWith(customer))
                    .toList();
            List<String> arrived = databases.parcelNews().stream()
                    .filter(step -> step.startsWith(customer))
                    .toList();
            isSo(
                    BROKER_AWAY,
                    "consumed once, in order: " + customer + "'s " + called.size(),
                    arrived.equals(called),
                    String.join(" ", arrived));
        }
    }

    /** How long the calls took, the shortest first. */
    private List<Long> moveParcels(List<JsonNode> moved) throws IOException, InterruptedException {
        List<Long> millis = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            for (String customer : CUSTOMERS) {
                long start = System.nanoTime();
                moved.add(post("/parcels/" + customer, 201));
                millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            }
        }
        return millis.stream().sorted().toList();
    }

    private static long median(List<Long> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private long keysOfParcels() {
        return count(points, "rmq_tx_consumed WHERE consumer_group = ?", ParcelNews.GROUP);
    }

    private Placed place(String path) throws IOException, InterruptedException {
        JsonNode body = post(path, 201);
        return new Placed(body.path("orderId").asLong(), body.path("messageId").asString());
    }

    private JsonNode post(String path, int expected) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(orderService.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != expected) {
            throw new IOException(
                    "POST " + path + " was answered with " + response.statusCode() + ": " + response.body());
        }
        return JsonMapper.shared().readTree(response.body());
    }

    private long ordersWith(Placed order) {
        return count(orders, "customer_order WHERE id = ?", order.orderId());
    }

    private long published(Placed order) {
        return count(orders, "rmq_tx_message WHERE status = 'PUBLISHED' AND message_id = ?", order.messageId());
    }

    private long grants(Placed order) {
        return count(points, "points_grant WHERE order_id = ?", order.orderId());
    }

    private long keys(Placed order) {
        return count(points, "rmq_tx_consumed WHERE message_id = ?", order.messageId());
    }

    private long alerts(Placed order) {
        return count(points, "alert WHERE message_id = ?", order.messageId());
    }

    private static long count(JdbcClient database, String what, Object parameter) {
        return database.sql("SELECT COUNT(*) FROM " + what)
                .param(parameter)
                .query(Long.class)
                .single();
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
    }

    private void exactly(String fate, String what, long expected, long found) {
        isSo(fate, what + ": " + expected, found == expected, Long.toString(found));
    }

    private void isSo(String fate, String what, boolean ok, String found) {
        checks.add(new Check(fate, what, ok, found));
    }

    private record Placed(long orderId, String messageId) {}
}
