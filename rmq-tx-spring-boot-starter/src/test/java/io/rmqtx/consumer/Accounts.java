package io.rmqtx.consumer;

import io.rmqtx.Idempotent;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** Each method writes one row and then does what the test wants. */
class Accounts implements GenericHandler<Entry> {

    private final JdbcTemplate jdbc;

    public Accounts(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Idempotent(group = "${test.group:accounts}", key = "#entry.id")
    public String book(Entry entry, Step step) throws Exception {
        write(entry);
        step.run();
        return "booked " + entry.id();
    }

    @Transactional(noRollbackFor = IllegalStateException.class)
    @Idempotent(group = "joining", key = "#p0.id")
    public void bookJoining(Entry entry, Step step) throws Exception {
        write(entry);
        step.run();
    }

    @Idempotent(group = "other", key = "#entry.id")
    public String bookInAnotherGroup(Entry entry) {
        write(entry);
        return "booked";
    }

    @Override
    public void handle(Entry entry) {
        write(entry);
    }

    private void write(Entry entry) {
        jdbc.update("INSERT INTO effect (message_id, info) VALUES (?, ?)", entry.id(), "booked");
    }

    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }
}
