package io.rmqtx.spi;

import java.lang.reflect.Type;

/**
 * Turns payloads into message bodies and back. A bean of this type replaces the default, JSON by a mapper of rmq-tx's
 * own. Thread-safe.
 *
 * <p>The body must be readable without knowing our classes, and reading must never choose a class by what the message
 * says: the type comes from the listener's parameter.
 */
public interface MessageSerializer {

    /**
     * The body for a payload.
     *
     * @throws io.rmqtx.InvalidMessageException if it cannot be written, naming the type and the property
     */
    byte[] serialize(Object payload);

    /**
     * The payload in a body.
     *
     * @throws UnreadableMessageException if the body is empty or does not fit the type
     */
    Object deserialize(byte[] body, Type type);

    /**
     * Checks at start whether payloads of this declared type can be written at all.
     *
     * @throws io.rmqtx.InvalidMessageException if they certainly cannot
     */
    default void checkWritable(Type type) {}

    /** The media type of the bodies, for the content-type header. */
    String contentType();
}
