package io.rmqtx.spi;

import java.util.Locale;
import java.util.Map;

/** The user properties that rmq-tx adds to its messages; part of the wire format. */
public final class MessageHeaders {

    /** Our message id. */
    public static final String MESSAGE_ID = "rmqtx_id";

    /** The identity of the store whose row answers the check-back. */
    public static final String STORE_ID = "rmqtx_store";

    /** The logical name of the payload's type. */
    public static final String TYPE = "rmqtx_type";

    /** The media type of the body. */
    public static final String CONTENT_TYPE = "rmqtx_content_type";

    /** The business key, as the producer gave it (RocketMQ's KEYS hold message id and key). */
    public static final String KEY = "rmqtx_key";

    private static final String RESERVED_PREFIX = "rmqtx_";

    private MessageHeaders() {}

    /** Whether a service may not set this property itself. */
    public static boolean isReserved(String name) {
        return name.toLowerCase(Locale.ROOT).startsWith(RESERVED_PREFIX);
    }

    /** The value of a header, or an empty text. */
    public static String valueOrEmpty(Map<String, String> headers, String name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }
}
