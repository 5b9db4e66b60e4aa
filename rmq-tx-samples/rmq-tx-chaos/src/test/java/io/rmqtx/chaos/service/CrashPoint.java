package io.rmqtx.chaos.service;

/** Every point between two steps at which a process can die. */
public enum CrashPoint {

    /** Nothing has happened. */
    BEFORE_HALF,
    /** The broker has stored the half message. */
    AFTER_HALF,
    /** No connection has been taken. */
    BEFORE_BEGIN,
    /** An empty transaction is open. */
    AFTER_BEGIN,
    /** The same; the starter is about to insert the row. */
    BEFORE_ROW,
    /** The row is inserted, uncommitted. */
    AFTER_ROW,
    /** The business is about to write. */
    BEFORE_BUSINESS,
    /** Between two writes of the business. */
    WITHIN_BUSINESS,
    /** The business has written everything. */
    AFTER_BUSINESS,
    /** All is ready, and the database has not been told to commit. */
    BEFORE_COMMIT,
    /** The database has committed, and nobody has been told. */
    AFTER_COMMIT,
    /** The database has not been told to roll back. */
    BEFORE_ROLLBACK,
    /** The database has rolled back, and nobody has been told. */
    AFTER_ROLLBACK,
    /** COMMIT or ROLLBACK is about to be sent to the broker. */
    BEFORE_END,
    /** It has been handed to the network; nothing is known of it. */
    END_UNDER_WAY,
    /** The broker has acknowledged it. */
    AFTER_END,
    /** The row is about to be marked. */
    BEFORE_MARK,
    /** The row is marked, and committed so. */
    AFTER_MARK,

    /** A message of mode OUTBOX is committed, and about to be sent by the process of its call. */
    BEFORE_SEND,
    /** It has been handed to the network; nothing is known of it. */
    SEND_UNDER_WAY,
    /** The broker has stored it and says so, and nobody has listened. */
    AFTER_SEND,

    /** A row of another process is claimed, and not sent. */
    RELAY_AFTER_CLAIM,
    /** It has been handed to the network. */
    RELAY_SEND_UNDER_WAY,
    /** The broker has stored it and says so, and nobody has listened. */
    RELAY_AFTER_SEND,
    /** It is about to be marked. */
    RELAY_BEFORE_MARK,
    /** It is marked, and committed so. */
    RELAY_AFTER_MARK,

    /** A check-back has come, and nothing has been read. */
    CHECK_BEFORE_READ,
    /** The check-back knows the row, or that there is none. */
    CHECK_AFTER_READ,
    /** There is no row, and the fence is about to be inserted. */
    CHECK_BEFORE_FENCE,
    /** The fence is committed. */
    CHECK_AFTER_FENCE,
    /** The broker is about to be asked whether the message is visible. */
    CHECK_BEFORE_QUERY,
    /** The broker has said so. */
    CHECK_AFTER_QUERY,
    /** The check-back is about to send COMMIT or ROLLBACK. */
    CHECK_BEFORE_END,
    /** It has been handed to the network. */
    CHECK_END_UNDER_WAY,
    /** The broker has acknowledged it. */
    CHECK_AFTER_END,

    /** The client has fetched the message and not handed it to a thread. */
    BEFORE_RECEIVE,
    /** A thread has it; nothing is open. */
    AFTER_RECEIVE,
    /** A transaction is open, and the idempotency key is about to be inserted. */
    BEFORE_KEY,
    /** The key is inserted, uncommitted. */
    AFTER_KEY,
    /** The listener is about to write. */
    BEFORE_EFFECT,
    /** The listener has written everything. */
    AFTER_EFFECT,
    /** Effect and key are committed, the listener's container has returned, and the client has not counted it. */
    BEFORE_ACKNOWLEDGE,
    /** The broker has the group's new position. */
    AFTER_ACKNOWLEDGE
}
