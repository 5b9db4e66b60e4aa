package io.rmqtx.consumer;

import io.rmqtx.MessageContext;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.UnreadableMessageException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/** The key under which a message counts as the same: the message id, or what an expression says. */
final class IdempotencyKey {

    private static final int LONGEST = 255;
    private static final Set<String> VARIABLES = Set.of("#payload", "#headers", "#context");
    private static final Set<String> INNER_VARIABLES = Set.of("#this", "#root");

    private final String text;
    private final @Nullable Expression expression;

    private IdempotencyKey(String text, @Nullable Expression expression) {
        this.text = text;
        this.expression = expression;
    }

    /**
     * Parses the expression; empty text means the message id.
     *
     * @throws RmqTxConfigurationException if it cannot be parsed, or can never be evaluated
     */
    static IdempotencyKey parse(String text, String listener) {
        if (text.isBlank()) {
            return new IdempotencyKey("", null);
        }
        SpelExpression expression;
        try {
            expression = new SpelExpressionParser().parseRaw(text);
        } catch (ParseException | IllegalStateException e) {
            throw new RmqTxConfigurationException(
                    "Listener '" + listener + "': the key expression '" + text + "' cannot be parsed: " + e.getMessage()
                            + ".",
                    "Correct the expression in @ReliableListener(key = ...).",
                    e);
        }
        refuseUnknown(expression.getAST(), text, listener, false);
        return new IdempotencyKey(text, expression);
    }

    private static void refuseUnknown(SpelNode node, String text, String listener, boolean perElement) {
        String name = node.toStringAST();
        if (node instanceof VariableReference
                && !VARIABLES.contains(name)
                && !(perElement && INNER_VARIABLES.contains(name))) {
            throw unknown("variable", name, text, listener);
        }
        if (node instanceof FunctionReference) {
            throw unknown("function", name, text, listener);
        }
        if (node instanceof BeanReference) {
            throw unknown("bean", name, text, listener);
        }
        // There is no root object, so a name without a variable before it has nothing to belong to.
        if (!perElement && (node instanceof PropertyOrFieldReference || node instanceof MethodReference)) {
            throw unknown("name", name, text, listener);
        }
        boolean chain = node instanceof CompoundExpression;
        boolean elements = perElement || node instanceof Projection || node instanceof Selection;
        for (int i = 0; i < node.getChildCount(); i++) {
            SpelNode child = node.getChild(i);
            if (chain && i > 0 && (child instanceof PropertyOrFieldReference || child instanceof MethodReference)) {
                for (int j = 0; j < child.getChildCount(); j++) {
                    refuseUnknown(child.getChild(j), text, listener, elements);
                }
            } else {
                refuseUnknown(child, text, listener, elements);
            }
        }
    }

    private static RmqTxConfigurationException unknown(String kind, String name, String text, String listener) {
        return new RmqTxConfigurationException(
                "Listener '" + listener + "': the key expression '" + text + "' may use #payload, #headers and #context"
                        + " only, but uses the " + kind + " '" + name + "'.",
                "Write for example \"#payload.orderId\" or \"#headers['order']\" in @ReliableListener(key = ...).");
    }

    /**
     * The key of a message.
     *
     * @throws UnreadableMessageException if there is none, or one that cannot be stored
     */
    String of(Object payload, MessageContext context) {
        // Also where an expression gives the key: the id is stored beside it.
        String messageId = checked(context.messageId(), "The message id");
        if (expression == null) {
            return messageId;
        }
        Object value;
        try {
            StandardEvaluationContext evaluation = new StandardEvaluationContext();
            evaluation.setVariable("payload", payload);
            evaluation.setVariable("headers", context.headers());
            evaluation.setVariable("context", context);
            value = expression.getValue(evaluation);
        } catch (RuntimeException e) {
            throw new UnreadableMessageException(
                    "The key expression '" + text + "' cannot be evaluated for this message.", e);
        }
        return checked(value == null ? null : value.toString(), "The key by the expression '" + text + "'");
    }

    private static String checked(@Nullable String key, String what) {
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
}
