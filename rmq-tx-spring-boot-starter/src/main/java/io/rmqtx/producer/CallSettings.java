package io.rmqtx.producer;

import io.rmqtx.HalfMessageTiming;
import io.rmqtx.MessageMode;
import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * What is known of a call before its messages are made.
 *
 * @param name what is called, for error texts
 * @param transactionManager the manager's bean name, or empty
 * @param ownTransaction whether Spring's transaction advice surrounds it
 * @param attribute the transaction's attributes: the method's own, or those of the transaction that we open
 * @param mode how its messages get to the broker
 * @param half when the half messages are sent
 * @param needsResult whether its messages cannot be made without the method's result
 */
record CallSettings(
        String name,
        String transactionManager,
        boolean ownTransaction,
        TransactionAttribute attribute,
        MessageMode mode,
        HalfMessageTiming half,
        boolean needsResult) {

    /** For a call that Spring's transaction advice does not surround: we open what the method asks for. */
    CallSettings withTransactionOfOurs() {
        return ownTransaction
                ? new CallSettings(name, transactionManager, false, attribute, mode, half, needsResult)
                : this;
    }

    /** Whether the messages are made when the method has returned. */
    boolean isLate() {
        return isOutbox() || half == HalfMessageTiming.LATE;
    }

    /** Whether there are no half messages. */
    boolean isOutbox() {
        return mode == MessageMode.OUTBOX;
    }
}
