package io.rmqtx.store;

import static io.rmqtx.store.StoreFixture.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.MessageMode;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.testing.TestDatabaseKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What only MySQL and MariaDB do with the marks. */
class MariaDbMarkTest {

    private static final int ROWS = 200;
    private static final int PAYLOAD = 2048;

    private static StoreFixture fixture;

    @BeforeAll
    static void open() {
        fixture = StoreFixture.on(
                TestDatabaseKind.MARIADB,
                pool -> pool.setConnectionInitSql("SET sql_mode = CONCAT(@@sql_mode, ',PAD_CHAR_TO_FULL_LENGTH')"));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    private static List<String> inserted() {
        List<OutgoingMessage> messages = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            messages.add(new OutgoingMessage(
                    StoreFixture.message().id(), "order-events", "CREATED", "order-" + i, Map.of(), new byte[PAYLOAD]));
        }
        MessageLog log = fixture.store.messages();
        fixture.tx.executeWithoutResult(status -> log.insert(messages, MessageMode.TRANSACTIONAL, HOUR, HOUR));
        return messages.stream().map(message -> message.id().value()).toList();
    }

    private static long redoBytes() {
        return Long.parseLong(fixture.jdbc.queryForObject(
                "SHOW GLOBAL STATUS LIKE 'Innodb_os_log_written'", (row, number) -> row.getString(2)));
    }

    @Test
    void aMarkChangesTheRowInPlaceAndDoesNotWriteItsPayloadAgain() {
        List<String> ids = inserted();
        long before = redoBytes();

        assertThat(fixture.store.messages().markPublished(ids)).isEqualTo(ROWS);

        assertThat(redoBytes() - before).isPositive().isLessThan(ROWS * PAYLOAD / 2);
    }

    @Test
    void readsAStatusThatComesWithItsBlanks() {
        assertThat(fixture.store.messages().find(inserted().get(0)))
                .hasValueSatisfying(row -> assertThat(row.status()).isEqualTo(MessageStatus.PENDING));
    }
}
