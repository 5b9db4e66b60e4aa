package io.rmqtx;

import org.jspecify.annotations.Nullable;

/**
 * A call or a delivery on a routing data source whose route leads to no store, or whose transaction was opened on
 * another database than its route says. Nothing was written for its message, and the message is not published.
 */
public final class StoreRouteException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    /** With the route, the store, and the way out. */
    public StoreRouteException(String message) {
        this(message, null);
    }

    /** With the route, the store, the way out, and what was thrown. */
    public StoreRouteException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
