package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.UnreadableMessageException;
import java.util.List;
import java.util.Map;
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

/** An expression that yields an idempotency key, over variables that are known at start. */
final class KeyExpression {

    private static final int LONGEST = 255;
    private static final Set<String> INNER_VARIABLES = Set.of("#this", "#root");

    private final String text;
    private final Expression expression;

    private KeyExpression(String text, Expression expression) {
        this.text = text;
        this.expression = expression;
    }

    /**
     * Parses the expression.
     *
     * @throws RmqTxConfigurationException if it cannot be parsed, or can never be evaluated
     */
    static KeyExpression parse(String text, List<String> variables, Subject subject) {
        SpelExpression expression;
        try {
            expression = new SpelExpressionParser().parseRaw(text);
        } catch (ParseException | IllegalStateException e) {
            throw new RmqTxConfigurationException(
                    subject + ": the key expression '" + text + "' cannot be parsed: " + e.getMessage() + ".",
                    "Correct the expression in " + subject.annotation() + "(key = ...).",
                    e);
        }
        refuseUnknown(expression.getAST(), text, variables, subject, false);
        return new KeyExpression(text, expression);
    }

    private static void refuseUnknown(
            SpelNode node, String text, List<String> variables, Subject subject, boolean perElement) {
        String name = node.toStringAST();
        if (node instanceof VariableReference
                && !variables.contains(name.substring(1))
                && !(perElement && INNER_VARIABLES.contains(name))) {
            throw unknown("variable", name, text, variables, subject);
        }
        if (node instanceof FunctionReference) {
            throw unknown("function", name, text, variables, subject);
        }
        if (node instanceof BeanReference) {
            throw unknown("bean", name, text, variables, subject);
        }
        // There is no root object, so a name without a variable before it has nothing to belong to.
        if (!perElement && (node instanceof PropertyOrFieldReference || node instanceof MethodReference)) {
            throw unknown("name", name, text, variables, subject);
        }
        boolean chain = node instanceof CompoundExpression;
        boolean elements = perElement || node instanceof Projection || node instanceof Selection;
        for (int i = 0; i < node.getChildCount(); i++) {
            SpelNode child = node.getChild(i);
            if (chain && i > 0 && (child instanceof PropertyOrFieldReference || child instanceof MethodReference)) {
                for (int j = 0; j < child.getChildCount(); j++) {
                    refuseUnknown(child.getChild(j), text, variables, subject, elements);
                }
            } else {
                refuseUnknown(child, text, variables, subject, elements);
            }
        }
    }

    private static RmqTxConfigurationException unknown(
            String kind, String name, String text, List<String> variables, Subject subject) {
        return new RmqTxConfigurationException(
                subject + ": the key expression '" + text + "' may use " + named(variables) + " only, but uses the "
                        + kind + " '" + name + "'.",
                "Correct it in " + subject.annotation() + "(key = ...). A part of a variable is written as in"
                        + " \"#order.id\", a literal text with quotes of its own, as in \"'daily'\".");
    }

    private static String named(List<String> variables) {
        if (variables.isEmpty()) {
            return "literals";
        }
        String all = "#" + String.join(", #", variables);
        int last = all.lastIndexOf(", ");
        return last < 0 ? all : all.substring(0, last) + " and " + all.substring(last + 2);
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
                    "The key expression '" + text + "' cannot be evaluated for this message.", e);
        }
        return checked(value == null ? null : value.toString(), "The key by the expression '" + text + "'");
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
        return text;
    }
}
