package io.rmqtx.method;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an expression may use.
 *
 * @param variables the variables' names, without {@code #}
 * @param rootProperties the properties of the root object; none where there is no root object
 * @param beans knows the beans by name
 */
public record ExpressionScope(List<String> variables, Set<String> rootProperties, Predicate<String> beans) {

    /** One with variables, and nothing else. */
    public static ExpressionScope of(List<String> variables) {
        return new ExpressionScope(variables, Set.of(), bean -> false);
    }

    boolean hasRoot() {
        return !rootProperties.isEmpty();
    }

    /** For error texts. */
    String describe() {
        if (variables.isEmpty()) {
            return "literals";
        }
        String all = "#" + String.join(", #", variables);
        int last = all.lastIndexOf(", ");
        return last < 0 ? all : all.substring(0, last) + " and " + all.substring(last + 2);
    }
}
