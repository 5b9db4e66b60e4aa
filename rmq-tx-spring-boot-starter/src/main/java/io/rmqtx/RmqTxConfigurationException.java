package io.rmqtx;

import org.jspecify.annotations.Nullable;

/**
 * A configuration with which the promises cannot be kept. Thrown at start, and shown by Spring Boot as a description
 * and an action.
 */
public final class RmqTxConfigurationException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    private final String description;
    private final String action;

    /** With what is wrong and what to do. */
    public RmqTxConfigurationException(String description, String action) {
        this(description, action, null);
    }

    /** With what is wrong, what to do, and what was thrown. */
    public RmqTxConfigurationException(String description, String action, @Nullable Throwable cause) {
        super(description + " " + action, cause);
        this.description = description;
        this.action = action;
    }

    /** What is wrong: the thing, the rule and the actual value. */
    public String description() {
        return description;
    }

    /** What to do about it. */
    public String action() {
        return action;
    }
}
