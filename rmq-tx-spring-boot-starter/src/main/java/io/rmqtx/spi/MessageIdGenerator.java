package io.rmqtx.spi;

/** Makes message ids. A bean of this type replaces the default, UUIDv7 (RFC 9562, section 5.7). Thread-safe. */
@FunctionalInterface
public interface MessageIdGenerator {

    /** A new id, never given out before by any process. */
    MessageId next();
}
