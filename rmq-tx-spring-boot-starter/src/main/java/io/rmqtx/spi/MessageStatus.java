package io.rmqtx.spi;

/** The state of a row of the message table. */
public enum MessageStatus {
    /** The local transaction committed; not yet known to be visible in the topic. */
    PENDING(true),
    /** Visible in the topic, acknowledged by the broker. */
    PUBLISHED(true),
    /** Every expected consumer group has answered that it is done. */
    CONFIRMED(true),
    /** A consumer group has not answered in time, and an operator must look. */
    UNCONFIRMED(true),
    /** The broker refuses the message itself; an operator decides. */
    DEAD(true),
    /** Written by the fence: the local transaction did not commit and never will. */
    ABORTED(false),
    /** Given up by an operator, with a reason. */
    CANCELLED(false),
    /** Undone by compensation. */
    COMPENSATED(false);

    private final boolean deliverable;

    MessageStatus(boolean deliverable) {
        this.deliverable = deliverable;
    }

    /** Whether the message belongs into the topic; otherwise every left-over half message of it is rolled back. */
    public boolean isDeliverable() {
        return deliverable;
    }
}
