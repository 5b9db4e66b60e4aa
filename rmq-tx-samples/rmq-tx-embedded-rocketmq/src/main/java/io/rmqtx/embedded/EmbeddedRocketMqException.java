package io.rmqtx.embedded;

import org.jspecify.annotations.Nullable;

/** The embedded broker or name server could not do what was asked; the message says what to do. */
public final class EmbeddedRocketMqException extends RuntimeException {

    EmbeddedRocketMqException(String message) {
        super(message);
    }

    EmbeddedRocketMqException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
