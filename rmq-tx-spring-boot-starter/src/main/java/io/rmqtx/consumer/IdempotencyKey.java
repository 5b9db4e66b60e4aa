package io.rmqtx.consumer;

import io.rmqtx.MessageContext;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.UnreadableMessageException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The key under which a message counts as the same: the message id, or what an expression says. */
final class IdempotencyKey {

    private static final List<String> VARIABLES = List.of("payload", "headers", "context");

    private final @Nullable KeyExpression expression;

    private IdempotencyKey(@Nullable KeyExpression expression) {
        this.expression = expression;
    }

    /**
     * Parses the expression; empty text means the message id.
     *
     * @throws RmqTxConfigurationException if it cannot be parsed, or can never be evaluated
     */
    static IdempotencyKey parse(String text, Subject subject) {
        return new IdempotencyKey(text.isBlank() ? null : KeyExpression.parse(text, VARIABLES, subject));
    }

    /**
     * The key of a message.
     *
     * @throws UnreadableMessageException if there is none, or one that cannot be stored
     */
    String of(Object payload, MessageContext context) {
        // Also where an expression gives the key: the id is stored beside it.
        String messageId = KeyExpression.checked(context.messageId(), "The message id");
        if (expression == null) {
            return messageId;
        }
        String key = expression.evaluate(Map.of("payload", payload, "headers", context.headers(), "context", context));
        // One order is created and paid in two topics: in a group that hears both, these are two messages.
        return KeyExpression.checked(
                context.topic() + ":" + key, "Topic and key by the expression '" + expression + "'");
    }
}
