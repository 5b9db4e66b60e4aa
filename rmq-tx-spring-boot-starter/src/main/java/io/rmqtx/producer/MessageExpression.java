package io.rmqtx.producer;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.method.ExpressionScope;
import io.rmqtx.method.ParsedExpression;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;

/** One expression of an annotation: parsed and checked at start, compiled by Spring once it is warm. */
final class MessageExpression {

    /** The components of {@link MessageRoot}. */
    private static final Set<String> ROOT = Set.of("target", "method", "args");

    /** The variable that holds what the method returned. */
    static final String RESULT = "result";

    private final SpelExpression expression;
    private final Set<String> variables;
    private final boolean needsResult;

    private MessageExpression(SpelExpression expression, Set<String> variables, boolean needsResult) {
        this.expression = expression;
        this.variables = variables;
        this.needsResult = needsResult;
    }

    /**
     * Parses and checks.
     *
     * @param attribute the annotation's attribute, for error texts
     * @param where the method, for error texts
     * @param known the variables that there are
     * @param beans knows the beans by name
     * @throws RmqTxConfigurationException if it can never be evaluated
     */
    static MessageExpression parse(
            String text, String attribute, String where, VariableNames known, Predicate<String> beans) {
        String what = "The " + attribute + " expression \"" + text + "\" of @ReliableMessage on " + where;
        ParsedExpression parsed = ParsedExpression.parse(text, what, "@ReliableMessage(" + attribute + " = ...)");
        Set<String> used = parsed.variables();
        if (used.contains(RESULT) && !known.contains(RESULT)) {
            throw new RmqTxConfigurationException(
                    what + " uses #result, but " + known.whyNoResult() + ".", known.resultRemedy());
        }
        parsed.check(new ExpressionScope(known.names(), ROOT, beans));
        return new MessageExpression(
                parsed.expression(), Set.copyOf(used), used.contains(RESULT) && !known.isArgument(RESULT));
    }

    /** The value that each call gets, where it is nothing but a literal; otherwise empty. */
    Optional<Object> literal() {
        return expression.getAST() instanceof Literal literal
                ? Optional.ofNullable(literal.getLiteralValue().getValue())
                : Optional.empty();
    }

    /** Whether it uses what the method returned. */
    boolean needsResult() {
        return needsResult;
    }

    /** The declared type of what it yields, where it is nothing but an argument or the result; otherwise null. */
    @Nullable
    Type typeIn(Method method, VariableNames names) {
        return expression.getAST() instanceof VariableReference && variables.size() == 1
                ? names.typeOf(method, variables.iterator().next())
                : null;
    }

    @Nullable
    Object evaluate(EvaluationContext context) {
        return expression.getValue(context);
    }

    @Override
    public String toString() {
        return expression.getExpressionString();
    }
}
