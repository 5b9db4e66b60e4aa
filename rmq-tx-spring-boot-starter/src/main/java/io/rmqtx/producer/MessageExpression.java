package io.rmqtx.producer;

import io.rmqtx.RmqTxConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationContext;
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

    /** The variable that holds what the method returned. */
    static final String RESULT = "result";

    private static final Set<String> ALWAYS_THERE = Set.of("root", "this");

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
     * @throws RmqTxConfigurationException if it does not parse, or names an unknown variable
     */
    static MessageExpression parse(String text, String attribute, String where, VariableNames known) {
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
        Set<String> used = new TreeSet<>();
        collect(parsed.getAST(), used);
        Set<String> unknown = new TreeSet<>(used);
        unknown.removeIf(name -> known.contains(name));
        if (unknown.contains(RESULT)) {
            throw new RmqTxConfigurationException(
                    "The " + attribute + " expression \"" + text + "\" of @ReliableMessage on " + where
                            + " uses #result, but " + known.whyNoResult() + ".",
                    known.resultRemedy());
        }
        if (!unknown.isEmpty()) {
            throw new RmqTxConfigurationException(
                    "The " + attribute + " expression \"" + text + "\" of @ReliableMessage on " + where
                            + " uses unknown variables " + unknown + "; there are " + known + ".",
                    "Correct the names. Where argument names are missing, compile with -parameters, or use #p0, #p1.");
        }
        return new MessageExpression(parsed, Set.copyOf(used), used.contains(RESULT) && !known.isArgument(RESULT));
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

    private static void collect(SpelNode node, Set<String> used) {
        if (node instanceof VariableReference) {
            String name = node.toStringAST().substring(1);
            if (!ALWAYS_THERE.contains(name)) {
                used.add(name);
            }
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            collect(node.getChild(i), used);
        }
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
