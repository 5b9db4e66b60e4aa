package io.rmqtx.method;

import io.rmqtx.RmqTxConfigurationException;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ExpressionException;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.ConstructorReference;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpDec;
import org.springframework.expression.spel.ast.OpInc;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.TypeReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * An expression of an annotation, parsed, and checked for what can be known to fail at every call: names that nothing
 * has, functions, types and beans that there are not, assignments to variables. Not known is whether an object has a
 * property or a method: what comes may be of a subclass.
 */
public final class ParsedExpression {

    /** Compiled by Spring once they are warm. */
    private static final SpelExpressionParser PARSER = new SpelExpressionParser(
            new SpelParserConfiguration(SpelCompilerMode.MIXED, ParsedExpression.class.getClassLoader()));

    private static final String BARE = "bare name";

    private static final Set<String> ALWAYS_THERE = Set.of("root", "this");

    private final SpelExpression expression;
    private final String what;
    private final String where;

    private ParsedExpression(SpelExpression expression, String what, String where) {
        this.expression = expression;
        this.what = what;
        this.where = where;
    }

    /**
     * Parses.
     *
     * @param what what error texts call it
     * @param where where to correct it, as error texts say
     * @throws RmqTxConfigurationException if it does not parse
     */
    public static ParsedExpression parse(String text, String what, String where) {
        try {
            return new ParsedExpression(PARSER.parseRaw(text), what, where);
        } catch (ExpressionException | IllegalStateException e) {
            throw new RmqTxConfigurationException(
                    what + " cannot be parsed: " + e.getMessage() + ".",
                    "Correct the expression in " + where
                            + ". A literal text needs quotes of its own, as in \"'CREATED'\".",
                    e);
        }
    }

    /** To be evaluated. */
    public SpelExpression expression() {
        return expression;
    }

    /** The variables that it uses, but for {@code #root} and {@code #this}. */
    public Set<String> variables() {
        Set<String> used = new TreeSet<>();
        collect(expression.getAST(), used);
        return used;
    }

    private static void collect(SpelNode node, Set<String> used) {
        if (node instanceof VariableReference && !ALWAYS_THERE.contains(nameOf(node))) {
            used.add(nameOf(node));
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            collect(node.getChild(i), used);
        }
    }

    private static String nameOf(SpelNode variable) {
        return variable.toStringAST().substring(1);
    }

    /**
     * Checks it.
     *
     * @throws RmqTxConfigurationException if it can never be evaluated
     */
    public void check(ExpressionScope scope) {
        check(expression.getAST(), scope, false);
    }

    /** In a projection or selection there is an element, whose properties need no variable before them. */
    private void check(SpelNode node, ExpressionScope scope, boolean perElement) {
        checkNode(node, scope, perElement);
        boolean elements = perElement || node instanceof Projection || node instanceof Selection;
        for (int i = 0; i < node.getChildCount(); i++) {
            SpelNode child = node.getChild(i);
            if (!isNameOfItsOwn(node, i)) {
                check(child, scope, elements);
            } else {
                for (int j = 0; j < child.getChildCount(); j++) {
                    check(child.getChild(j), scope, elements);
                }
            }
        }
    }

    /** A name that belongs to what stands before it, or to nothing: a part of a chain, and the key of a map. */
    private static boolean isNameOfItsOwn(SpelNode parent, int position) {
        SpelNode child = parent.getChild(position);
        if (child instanceof PropertyOrFieldReference) {
            return (parent instanceof CompoundExpression && position > 0)
                    || (parent instanceof InlineMap && position % 2 == 0)
                    || parent instanceof Indexer;
        }
        return child instanceof MethodReference && parent instanceof CompoundExpression && position > 0;
    }

    private void checkNode(SpelNode node, ExpressionScope scope, boolean perElement) {
        String name = node.toStringAST();
        if (node instanceof VariableReference && !isKnown(nameOf(node), scope, perElement)) {
            throw unknown("variable", name, scope);
        }
        if (node instanceof FunctionReference) {
            throw unknown("function", name, scope);
        }
        if (node instanceof BeanReference && !scope.beans().test(beanName(name))) {
            throw unknown("bean", name, scope);
        }
        if (!perElement
                && (node instanceof MethodReference
                        || (node instanceof PropertyOrFieldReference
                                && !scope.rootProperties().contains(name)))) {
            throw unknown(BARE, name, scope);
        }
        if ((node instanceof Assign || node instanceof OpInc || node instanceof OpDec)
                && node.getChild(0) instanceof VariableReference) {
            throw new RmqTxConfigurationException(
                    what + " sets a variable (" + name + "), which an annotation's expressions cannot.",
                    "Let the expression in " + where + " only read.");
        }
        if (node instanceof TypeReference) {
            checkType(name);
        }
        if (node instanceof ConstructorReference) {
            checkType("T(" + node.getChild(0).toStringAST() + ")");
        }
    }

    private static boolean isKnown(String variable, ExpressionScope scope, boolean perElement) {
        return scope.variables().contains(variable)
                || ((perElement || scope.hasRoot()) && ALWAYS_THERE.contains(variable));
    }

    private static String beanName(String reference) {
        String name = reference.substring(1);
        return name.startsWith("'") ? name.substring(1, name.length() - 1) : name;
    }

    private void checkType(String reference) {
        try {
            Object unused = PARSER.parseRaw(reference).getValue();
        } catch (EvaluationException e) {
            throw new RmqTxConfigurationException(
                    what + " names a type that there is not: " + reference + ".",
                    "Write the type's full name in " + where + ".",
                    e);
        }
    }

    private RmqTxConfigurationException unknown(String kind, String name, ExpressionScope scope) {
        return new RmqTxConfigurationException(
                what + " may use " + scope.describe() + " only, but uses the " + kind + " '" + name + "'.",
                "Correct it in " + where + (kind.equals(BARE) ? ", for instance to #" + name : "")
                        + ". A part of a variable is written as in \"#order.id\", a literal text with"
                        + " quotes of its own, as in \"'daily'\". Where argument names are missing, compile with"
                        + " -parameters, or use #p0, #p1.");
    }

    @Override
    public String toString() {
        return expression.getExpressionString();
    }
}
