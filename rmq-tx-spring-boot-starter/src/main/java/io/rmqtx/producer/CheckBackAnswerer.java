package io.rmqtx.producer;

import io.rmqtx.MessageMode;
import io.rmqtx.spi.CheckBackHandler;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.spi.StoredStatus;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers check-backs from the primary database alone; any instance of the application can.
 *
 * <ol>
 *   <li>A row that belongs into the topic: if a message with its id is visible there, this copy is a left-over and is
 *       rolled back; if not, it is committed.
 *   <li>A row that must not be delivered (fenced, given up, compensated), or that the relay delivers: roll back.
 *   <li>No row: insert an ABORTED one. That succeeds only if no transaction holds the key, and from then on none can
 *       commit with it; so roll back. If the key exists by then, the transaction has committed this very moment: no
 *       answer, because its own commit is under way (another instance's fence: roll back).
 *   <li>Anything else, whatever goes wrong included: no answer, and the broker asks again.
 * </ol>
 */
final class CheckBackAnswerer implements CheckBackHandler {

    private static final Logger log = LoggerFactory.getLogger(CheckBackAnswerer.class);

    private final ReliableStores stores;
    private final HalfMessageTransport transport;
    private final HalfMessages halfMessages;
    private final RmqTxListener events;
    private final Duration lockWait;

    CheckBackAnswerer(
            ReliableStores stores,
            HalfMessageTransport transport,
            HalfMessages halfMessages,
            RmqTxListener events,
            ProducerProperties properties) {
        this.stores = stores;
        this.transport = transport;
        this.halfMessages = halfMessages;
        this.events = events;
        this.lockWait = properties.checkLockWait();
    }

    @Override
    public void check(CheckBack check) {
        String id = check.half().messageId();
        Optional<ReliableStore> store = stores.byId(check.storeId());
        if (store.isEmpty()) {
            log.warn(
                    "The broker asks what became of message {} in store '{}', which this instance does not have; it"
                            + " stays unanswered. Do two environments share the broker and the application's name?",
                    id,
                    check.storeId());
            events.checkBackAnswered(id, CheckBackAnswer.UNKNOWN, "unknown store");
            return;
        }
        try {
            answer(check, store.get());
        } catch (RuntimeException e) {
            // A lock that is held (the transaction still runs), a database that is away: to be asked again is right.
            unanswered(id, e.toString());
        }
    }

    @Override
    public void dropped(CheckBack check) {
        events.checkBackDropped(check.half().messageId());
    }

    @Override
    public void repeated(CheckBack check) {
        events.checkBackAnswered(
                check.half().messageId(), CheckBackAnswer.UNKNOWN, "an earlier question about it is being answered");
    }

    private void answer(CheckBack check, ReliableStore store) {
        MessageLog messages = store.messages();
        String id = check.half().messageId();
        Optional<StoredStatus> row = messages.find(id);
        if (row.isEmpty()) {
            if (messages.fence(
                    new MessageId(id, check.createdAt()), check.half().topic(), lockWait)) {
                end(check, store, Decision.ROLLBACK, "fenced: the transaction did not commit, and no longer can");
                return;
            }
            row = messages.find(id);
            if (row.isEmpty()) {
                unanswered(id, "the key exists, but its row cannot be seen");
                return;
            }
            if (row.get().status().isDeliverable()) {
                // The commit itself has woken us, and the producer's own COMMIT leaves at this moment: asked now, the
                // broker would say "not visible", and ours would make a second message.
                unanswered(id, "committed just now; its own commit is under way");
                return;
            }
        }
        answer(check, store, row.get());
    }

    private void answer(CheckBack check, ReliableStore store, StoredStatus row) {
        String id = check.half().messageId();
        if (row.mode() == MessageMode.OUTBOX) {
            end(check, store, Decision.ROLLBACK, "the relay delivers it");
        } else if (!row.status().isDeliverable()) {
            end(check, store, Decision.ROLLBACK, "the row is " + row.status());
        } else {
            switch (transport.visible(check.half().topic(), id, check.createdAt())) {
                case VISIBLE -> end(check, store, Decision.ROLLBACK, "visible already: a left-over copy");
                case NOT_VISIBLE -> end(check, store, Decision.COMMIT, "committed, and not visible yet");
                case NOT_KNOWN -> unanswered(id, "not every broker said whether it is visible");
            }
        }
    }

    private void end(CheckBack check, ReliableStore store, Decision decision, String reason) {
        EndOutcome outcome = halfMessages
                .end(store, check.half(), decision)
                .toCompletableFuture()
                .join();
        String id = check.half().messageId();
        if (outcome != EndOutcome.ACKNOWLEDGED) {
            unanswered(id, decision + " was not acknowledged: " + outcome);
            return;
        }
        log.info("Check-back of message {} answered with {}: {}", id, decision, reason);
        events.checkBackAnswered(
                id, decision == Decision.COMMIT ? CheckBackAnswer.COMMIT : CheckBackAnswer.ROLLBACK, reason);
    }

    private void unanswered(String id, String reason) {
        log.info("Check-back of message {} stays unanswered: {}", id, reason);
        events.checkBackAnswered(id, CheckBackAnswer.UNKNOWN, reason);
    }
}
