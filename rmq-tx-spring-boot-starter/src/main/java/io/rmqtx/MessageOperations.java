package io.rmqtx;

import io.rmqtx.spi.StoredMessage;
import java.util.Optional;

/**
 * What an operator does about messages by hand. A bean of this type is there wherever rmq-tx is; it looks into every
 * store that this application uses. Thread-safe.
 *
 * <p>Nothing of it checks who asks: whoever exposes it must.
 */
public interface MessageOperations {

    /** The row of a message, without its payload. */
    Optional<StoredMessage> find(String messageId);

    /**
     * Has a message published that is DEAD, CANCELLED or UNCONFIRMED, under the same id. Mend the cause before. From then
     * on its row is of mode OUTBOX.
     *
     * @throws IllegalMessageStateException if there is no such row, or it is in another state
     */
    void publishAgain(String messageId);

    /**
     * Has a PUBLISHED message published a second time, under the same id, for consumers that never got it: a broker lost
     * it, or a topic was deleted. Consumers whose idempotency key is still kept refuse it; <b>for all others the effect
     * happens twice</b>.
     *
     * @throws IllegalMessageStateException if there is no such row, or it is in another state
     */
    void publishOnceMore(String messageId);

    /**
     * Gives up a message that is DEAD, or that is of mode OUTBOX, waiting and in nobody's hands (delayed for long, or its
     * broker is away): it is never published, and those behind it with its order key go on.
     *
     * @param reason why, for those who look at the row later; not blank
     * @throws IllegalMessageStateException if there is no such row, it has been or is being sent, or its state is final
     */
    void cancel(String messageId, String reason);
}
