package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.method.ExpressionScope;
import io.rmqtx.method.ParsedExpression;
import io.rmqtx.spi.UnreadableMessageException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/** An expression that yields an idempotency key, over variables that are known at start. */
final class KeyExpression {

    private static final int LONGEST = 255;

    private final SpelExpression expression;

    private KeyExpression(SpelExpression expression) {
        this.expression = expression;
    }

    /**
     * Parses the expression.
     *
     * @throws RmqTxConfigurationException if it cannot be parsed, or can never be evaluated
     */
    static KeyExpression parse(String text, List<String> variables, Subject subject) {
        ParsedExpression parsed = ParsedExpression.parse(
                text, subject + ": the key expression '" + text + "'", subject.annotation() + "(key = ...)");
        parsed.check(ExpressionScope.of(variables));
        return new KeyExpression(parsed.expression());
    }

    /**
     * The key that the expression yields.
     *
     * @throws UnreadableMessageException if it cannot be evaluated, or yields what cannot be stored
     */
    String evaluate(Map<String, ?> variables) {
        Object value;
        try {
            StandardEvaluationContext evaluation = new StandardEvaluationContext();
            variables.forEach(evaluation::setVariable);
            value = expression.getValue(evaluation);
        } catch (RuntimeException e) {
            throw new UnreadableMessageException(
                    "The key expression '" + this + "' cannot be evaluated for this message.", e);
        }
        return checked(value == null ? null : value.toString(), "The key by the expression '" + this + "'");
    }

    /** A key that can be stored, or an exception that says why it cannot. */
    static String checked(@Nullable String key, String what) {
        String wrong = null;
        if (key == null || key.isBlank()) {
            wrong = "but is " + (key == null ? "null" : "blank");
        } else if (key.length() > LONGEST) {
            wrong = "but has " + key.length() + " characters";
        } else if (key.chars().anyMatch(Character::isISOControl)) {
            wrong = "but has a control character";
        }
        if (key == null || wrong != null) {
            throw new UnreadableMessageException(
                    what + " must be text of 1 to " + LONGEST + " printable characters, " + wrong + ".", null);
        }
        return key;
    }

    @Override
    public String toString() {
        return expression.getExpressionString();
    }
}
