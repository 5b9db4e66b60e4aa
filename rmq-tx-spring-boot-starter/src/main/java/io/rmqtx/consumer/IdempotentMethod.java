package io.rmqtx.consumer;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.spi.UnreadableMessageException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One method that is annotated with {@link io.rmqtx.Idempotent}, checked.
 *
 * @param subject what error texts call it
 * @param parameterNames its parameters' names; empty where the class file has none
 */
record IdempotentMethod(
        Subject subject, String group, KeyExpression key, List<String> parameterNames, String transactionManager) {

    /**
     * The key of a call.
     *
     * @throws InvalidMessageException if there is none, or one that cannot be stored
     */
    String keyOf(@Nullable Object[] arguments) {
        Map<String, @Nullable Object> variables = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            if (!parameterNames.isEmpty()) {
                variables.put(parameterNames.get(i), arguments[i]);
            }
            for (String position : List.of("p" + i, "a" + i)) {
                variables.put(position, arguments[i]);
            }
        }
        try {
            return key.evaluate(variables);
        } catch (UnreadableMessageException e) {
            throw new InvalidMessageException(
                    subject + " was not called: " + e.getMessage() + " Correct the key in " + subject.annotation()
                            + ", or what its arguments come from.",
                    e);
        }
    }
}
