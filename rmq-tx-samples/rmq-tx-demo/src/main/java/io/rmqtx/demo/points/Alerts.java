package io.rmqtx.demo.points;

import io.rmqtx.DeadLetter;
import io.rmqtx.DeadLetterHandler;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Raises an alert for each message that was given up; here a row, elsewhere a mail or a page. */
@Component
public class Alerts implements DeadLetterHandler {

    private static final int LONGEST_CAUSE = 1000;

    private final JdbcClient database;
    private final ApplicationEventPublisher events;

    Alerts(JdbcClient database, ApplicationEventPublisher events) {
        this.database = database;
        this.events = events;
    }

    @Override
    public void onDeadLetter(DeadLetter letter) {
        String cause = letter.cause().toString();
        database.sql("MERGE INTO alert (message_id, order_id, reason, cause, raised_at) KEY (message_id)"
                        + " VALUES (?, ?, ?, ?, ?)")
                .param(letter.context().messageId())
                .param(letter.context().key())
                .param(letter.reason().name())
                .param(cause.substring(0, Math.min(cause.length(), LONGEST_CAUSE)))
                .param(LocalDateTime.now(ZoneOffset.UTC))
                .update();
        events.publishEvent(
                new AlertRaised(letter.context().messageId(), letter.reason().name()));
    }
}
