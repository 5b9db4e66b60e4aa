package io.rmqtx.producer;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The variables that the expressions of one method may use: its arguments by name and position, and its result. */
final class VariableNames {

    private final Map<String, Integer> positions = new LinkedHashMap<>();
    private final boolean result;
    private final boolean returnsNothing;

    VariableNames(Method method, List<String> names, boolean madeLate) {
        for (int i = 0; i < method.getParameterCount(); i++) {
            positions.put("p" + i, i);
            positions.put("a" + i, i);
        }
        for (int i = 0; i < names.size(); i++) {
            positions.put(names.get(i), i);
        }
        returnsNothing = method.getReturnType() == void.class || method.getReturnType() == Void.class;
        result = madeLate && !returnsNothing;
    }

    boolean contains(String name) {
        return positions.containsKey(name) || (result && name.equals(MessageExpression.RESULT));
    }

    boolean isArgument(String name) {
        return positions.containsKey(name);
    }

    /** The declared type of a variable that there is. */
    @Nullable
    Type typeOf(Method method, String name) {
        Integer position = positions.get(name);
        return position == null ? method.getGenericReturnType() : method.getGenericParameterTypes()[position];
    }

    String whyNoResult() {
        return returnsNothing
                ? "the method returns nothing"
                : "the half message is sent before the method has a result";
    }

    String resultRemedy() {
        return returnsNothing
                ? "Let the method return what the message is made of, or make it of the arguments."
                : "Set mode = OUTBOX, or half = LATE, so that it is sent just before the commit, or build the message from"
                        + " the arguments, for instance with an id that the caller makes.";
    }

    /** All of them, sorted. */
    List<String> names() {
        TreeSet<String> all = new TreeSet<>(positions.keySet());
        if (result) {
            all.add(MessageExpression.RESULT);
        }
        return List.copyOf(all);
    }
}
