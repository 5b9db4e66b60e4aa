package io.rmqtx.producer;

import io.rmqtx.RmqTxConfigurationException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/** One expression of an annotation: parsed and checked at start, compiled by Spring once it is warm. */
final class MessageExpression {

    private static final SpelExpressionParser PARSER = new SpelExpressionParser(
            new SpelParserConfiguration(SpelCompilerMode.MIXED, MessageExpression.class.getClassLoader()));

    /** The components of {@link MessageRoot}. */
    private static final Set<String> ROOT = Set.of("target", "method", "args");

    private static final Set<String> ALWAYS_THERE = Set.of("root", "this");

    private final Expression expression;

    private MessageExpression(Expression expression) {
        this.expression = expression;
    }

    /**
     * Parses and checks.
     *
     * @param attribute the annotation's attribute, for error texts
     * @param where the method, for error texts
     * @param variables the variables that the method's arguments give
     * @throws RmqTxConfigurationException if it does not parse, or names an unknown variable
     */
    static MessageExpression parse(String text, String attribute, String where, Set<String> variables) {
        SpelExpression parsed;
        try {
            parsed = PARSER.parseRaw(text);
        } catch (ParseException | IllegalStateException e) {
            throw new RmqTxConfigurationException(
                    "The " + attribute + " expression \"" + text + "\" of @ReliableMessage on " + where
                            + " cannot be parsed: " + e.getMessage() + ".",
                    "Correct it. A literal text needs quotes of its own, as in tag = \"'CREATED'\".",
                    e);
        }
        refuseBareName(parsed.getAST(), attribute, where);
        Set<String> unknown = new TreeSet<>();
        collectUnknown(parsed.getAST(), variables, unknown);
        if (unknown.contains("result")) {
            throw new RmqTxConfigurationException(
                    "The " + attribute + " expression \"" + text + "\" of @ReliableMessage on " + where
                            + " uses #result, but the half message is sent before the method has a result.",
                    "Build the payload from the arguments, for instance with an id that the caller makes.");
        }
        if (!unknown.isEmpty()) {
            throw new RmqTxConfigurationException(
                    "The " + attribute + " expression \"" + text + "\" of @ReliableMessage on " + where
                            + " uses unknown variables " + unknown + "; there are " + new TreeSet<>(variables) + ".",
                    "Correct the names. Where argument names are missing, compile with -parameters, or use #p0, #p1.");
        }
        return new MessageExpression(parsed);
    }

    /** A name without a variable belongs to the root object, which has three. */
    private static void refuseBareName(SpelNode ast, String attribute, String where) {
        SpelNode first = ast instanceof CompoundExpression ? ast.getChild(0) : ast;
        if ((first instanceof PropertyOrFieldReference reference && !ROOT.contains(reference.getName()))
                || first instanceof MethodReference) {
            throw new RmqTxConfigurationException(
                    "The " + attribute + " expression \"" + ast.toStringAST() + "\" of @ReliableMessage on " + where
                            + " begins with the bare name '" + first.toStringAST() + "', which nothing has.",
                    "Write #" + first.toStringAST()
                            + " for an argument. A literal text needs quotes of its own, as in tag ="
                            + " \"'CREATED'\".");
        }
    }

    private static void collectUnknown(SpelNode node, Set<String> known, Set<String> unknown) {
        if (node instanceof VariableReference) {
            String name = node.toStringAST().substring(1);
            if (!known.contains(name) && !ALWAYS_THERE.contains(name)) {
                unknown.add(name);
            }
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            collectUnknown(node.getChild(i), known, unknown);
        }
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
