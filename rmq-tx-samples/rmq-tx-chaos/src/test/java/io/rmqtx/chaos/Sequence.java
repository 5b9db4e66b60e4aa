package io.rmqtx.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.spi.MessageHeaders;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/** The numbered messages of one order key: what was committed, and what is in the topic. */
record Sequence(World world, String topic, String application, String key) {

    /** Not the one that blocks the others, which has no key. */
    private static final String ROWS = "rmq_tx_message WHERE application = ? AND order_key = ? AND message_key <> ''";

    /** The topic in which the messages are numbered from 1 for each order key. */
    static void prepare(World world, String topic) {
        world.broker.createTopic(topic, 4);
        world.debit.update("CREATE TABLE IF NOT EXISTS numbers (order_key VARCHAR(64) NOT NULL PRIMARY KEY,"
                + " last_number INT NOT NULL)");
    }

    /** Begins it. */
    Sequence begin() {
        world.debit.update("INSERT INTO numbers (order_key, last_number) VALUES (?, 0)", key);
        return this;
    }

    /** The number that was committed last. */
    long last() {
        return world.debit
                .number("SELECT last_number FROM numbers WHERE order_key = ?", key)
                .longValueExact();
    }

    /** Its messages, copies among them, in the order in which the topic has them. */
    List<StoredMessage> messages() {
        return world.broker.messages(topic).stream()
                .filter(message ->
                        String.valueOf(message.property(MessageHeaders.KEY)).startsWith(key + ":"))
                .sorted(Comparator.comparing(StoredMessage::queueId).thenComparing(StoredMessage::queueOffset))
                .toList();
    }

    /** Waits until all rows are marked PUBLISHED. */
    void awaitPublished() {
        Wait.until(key + ": marks").untilAsserted(() -> assertThat(world.debit.texts(
                        "SELECT CONCAT(message_key, ' of ', lease_owner, ', due in ms ', next_attempt_at"
                                + " - ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000), ' ', COALESCE(last_error, '')) FROM "
                                + ROWS + " AND status <> 'PUBLISHED' ORDER BY seq",
                        application,
                        key))
                .as("rows that are not published")
                .isEmpty());
    }

    /** Its first is stuck: an operator must decide. */
    void block() {
        world.debit.update(
                "INSERT INTO rmq_tx_message (message_id, application, mode, status, topic, order_key, next_attempt_at,"
                        + " created_at) VALUES (?, ?, 'OUTBOX', 'DEAD', ?, ?, 0, 1)",
                "dead-" + key,
                application,
                topic,
                key);
    }

    /** The operator gives up what is stuck. */
    void unblock() {
        world.debit.update("UPDATE rmq_tx_message SET status = 'CANCELLED' WHERE message_id = ?", "dead-" + key);
    }

    /** Everything that was committed is there, in its order, in one queue; what is there again is the same message. */
    void assertInOrder() {
        List<StoredMessage> messages = messages();
        List<String> numbers = LongStream.rangeClosed(1, last())
                .mapToObj(number -> key + ":" + number)
                .toList();
        assertThat(messages.stream().map(StoredMessage::bodyAsString).distinct())
                .as("first occurrences of %s in the topic", key)
                .containsExactlyElementsOf(numbers);
        assertThat(messages.stream().map(StoredMessage::queueId).distinct())
                .as("queues of %s", key)
                .hasSize(1);
        assertThat(messages.stream()
                        .map(message -> message.bodyAsString() + " " + message.property(MessageHeaders.MESSAGE_ID))
                        .distinct())
                .as("messages and their ids: those of the rows, in the order of the rows")
                .containsExactlyElementsOf(world.debit.texts(
                        "SELECT CONCAT(message_key, ' ', message_id) FROM " + ROWS + " ORDER BY seq",
                        application,
                        key));
    }
}
