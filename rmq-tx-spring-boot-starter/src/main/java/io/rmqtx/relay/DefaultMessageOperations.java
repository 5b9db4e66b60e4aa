package io.rmqtx.relay;

import io.rmqtx.IllegalMessageStateException;
import io.rmqtx.MessageOperations;
import io.rmqtx.spi.Backlog.OrderKey;
import io.rmqtx.spi.MessageRelay;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.StoredMessage;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Each change is one statement that finds the row in the state it was read in, or changes nothing. */
final class DefaultMessageOperations implements MessageOperations {

    private static final Logger log = LoggerFactory.getLogger(DefaultMessageOperations.class);

    private static final Set<MessageStatus> GIVEN_UP =
            EnumSet.of(MessageStatus.DEAD, MessageStatus.CANCELLED, MessageStatus.UNCONFIRMED);

    private final ReliableStores stores;
    private final MessageRelay relay;
    private final Duration dispatchLease;

    DefaultMessageOperations(ReliableStores stores, MessageRelay relay, Duration dispatchLease) {
        this.stores = stores;
        this.relay = relay;
        this.dispatchLease = dispatchLease;
    }

    private record Found(ReliableStore store, StoredMessage message) {}

    @Override
    public Optional<StoredMessage> find(String messageId) {
        return row(messageId).map(Found::message);
    }

    private Optional<Found> row(String messageId) {
        for (ReliableStore store : stores.opened()) {
            Optional<StoredMessage> message = store.backlog().read(messageId);
            if (message.isPresent()) {
                return message.map(found -> new Found(store, found));
            }
        }
        return Optional.empty();
    }

    private Found required(String messageId) {
        return row(messageId)
                .orElseThrow(() -> new IllegalMessageStateException("Message '" + messageId
                        + "' is in none of this application's tables: it was never written, was rolled back, or has been"
                        + " purged or deleted."));
    }

    @Override
    public void publishAgain(String messageId) {
        Found found = required(messageId);
        MessageStatus status = found.message().status();
        if (!GIVEN_UP.contains(status)) {
            throw refused(found, "published again", "one that is DEAD, CANCELLED or UNCONFIRMED can be");
        }
        publish(found, status);
    }

    @Override
    public void publishOnceMore(String messageId) {
        Found found = required(messageId);
        if (found.message().status() != MessageStatus.PUBLISHED) {
            throw refused(found, "published once more", "one that is PUBLISHED can be");
        }
        publish(found, MessageStatus.PUBLISHED);
    }

    private void publish(Found found, MessageStatus from) {
        String id = found.message().messageId();
        if (!found.store().backlog().publishAgain(id, from)) {
            throw refused(found, "published again", "it has changed this very moment");
        }
        log.info("Message {} is published again by hand; it was {}", id, from);
        wake(found);
    }

    @Override
    public void cancel(String messageId, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("Cancelling message '" + messageId + "' needs a reason.");
        }
        Found found = required(messageId);
        if (!found.store().backlog().cancel(messageId, reason, dispatchLease)) {
            throw refused(
                    found,
                    "cancelled",
                    "one that is DEAD, or of mode OUTBOX, PENDING and not being sent, can be; one that is being tried again"
                            + " may be in a moment");
        }
        log.info(
                "Message {} is cancelled by hand; it was {}",
                messageId,
                found.message().status());
        wake(found);
    }

    private void wake(Found found) {
        String key = found.message().orderKey();
        relay.wake(
                found.store(), key == null ? null : new OrderKey(found.message().topic(), key));
    }

    private static IllegalMessageStateException refused(Found found, String what, String rule) {
        return new IllegalMessageStateException("Message '" + found.message().messageId() + "' is "
                + found.message().status() + " and cannot be " + what + ": " + rule + ". Nothing was changed.");
    }
}
