package io.rmqtx.consumer;

import io.rmqtx.MessageContext;
import io.rmqtx.ReliableListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes one row for each call, and then does what the test wants. */
class PointsListener {

    final List<MessageContext> calls = new CopyOnWriteArrayList<>();
    private final JdbcTemplate jdbc;
    private final Behaviour behaviour;

    PointsListener(JdbcTemplate jdbc, Behaviour behaviour) {
        this.jdbc = jdbc;
        this.behaviour = behaviour;
    }

    @ReliableListener(
            topic = "${test.topic}",
            group = "${test.group}",
            maxAttempts = 3,
            notRetryable = IllegalArgumentException.class)
    void onPoints(Points points, MessageContext context) throws Exception {
        calls.add(context);
        jdbc.update("INSERT INTO effect (message_id, info) VALUES (?, ?)", context.messageId(), points.orderId());
        behaviour.after(points, context);
    }

    interface Behaviour {
        void after(Points points, MessageContext context) throws Exception;
    }
}
