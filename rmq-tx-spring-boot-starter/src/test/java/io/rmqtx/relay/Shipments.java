package io.rmqtx.relay;

import io.rmqtx.MessageMode;
import io.rmqtx.NewMessage;
import io.rmqtx.ReliableMessage;
import io.rmqtx.ReliableMessageTemplate;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** The business of the tests: shipments, told by the outbox. */
public class Shipments {

    private final JdbcTemplate jdbc;
    private final ReliableMessageTemplate template;
    private final String topic;
    private volatile Runnable business = () -> {};

    Shipments(JdbcTemplate jdbc, ReliableMessageTemplate template, String topic) {
        this.jdbc = jdbc;
        this.template = template.outbox();
        this.topic = topic;
        jdbc.execute("CREATE TABLE IF NOT EXISTS shipments (id VARCHAR(64) NOT NULL PRIMARY KEY)");
        jdbc.execute("CREATE TABLE IF NOT EXISTS customers (id VARCHAR(64) NOT NULL PRIMARY KEY, sent INT NOT NULL)");
    }

    /** What runs inside the next calls, behind their insert. */
    void setBusiness(Runnable newBusiness) {
        business = newBusiness;
    }

    @Transactional
    @ReliableMessage(topic = "${shipments.topic}", mode = MessageMode.OUTBOX, payload = "#result", key = "#id")
    public String ship(String id) {
        insert(id);
        return "shipped " + id;
    }

    @Transactional
    @ReliableMessage(topic = "${shipments.topic}", key = "#id")
    public String shipTransactional(String id) {
        insert(id);
        return id;
    }

    @Transactional
    @ReliableMessage(topic = "${shipments.topic}", mode = MessageMode.OUTBOX, delay = "2s")
    public void shipDelayed(String id) {
        insert(id);
    }

    @Transactional
    @ReliableMessage(topic = "${shipments.topic}", mode = MessageMode.OUTBOX, deliverAt = "#at", payload = "#id")
    public void shipAt(String id, Instant at) {
        insert(id);
    }

    /** The next shipment of a customer, numbered under a lock on his row. */
    @Transactional
    @ReliableMessage(
            topic = "${shipments.topic}",
            mode = MessageMode.OUTBOX,
            orderKey = "#customer",
            payload = "#result")
    public String shipNext(String customer) {
        if (jdbc.update("UPDATE customers SET sent = sent + 1 WHERE id = ?", customer) == 0) {
            jdbc.update("INSERT INTO customers (id, sent) VALUES (?, 1)", customer);
        }
        business.run();
        return customer + ":" + jdbc.queryForObject("SELECT sent FROM customers WHERE id = ?", Integer.class, customer);
    }

    @Transactional
    public List<String> sendAll(List<NewMessage> messages) {
        return template.send(messages);
    }

    private void insert(String id) {
        jdbc.update("INSERT INTO shipments (id) VALUES (?)", id);
        business.run();
    }

    NewMessage message(Object payload) {
        return NewMessage.of(topic, payload);
    }

    JdbcTemplate jdbc() {
        return jdbc;
    }
}
