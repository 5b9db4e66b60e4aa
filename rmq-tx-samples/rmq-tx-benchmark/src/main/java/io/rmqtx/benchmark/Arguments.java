package io.rmqtx.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A command line of options {@code --name=value}. Whoever has read all options says so with {@link #requireRead()}. */
final class Arguments {

    private final Map<String, String> values = new HashMap<>();

    /** Throws IllegalArgumentException if one is not of that form. */
    Arguments(List<String> arguments) {
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("'" + argument + "' is not of the form --name=value.");
            }
            values.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
    }

    /** Throws IllegalArgumentException if there is an option that nobody asked for. */
    void requireRead() {
        if (!values.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is no option " + values.keySet().iterator().next() + ".");
        }
    }

    String text(String name, String otherwise) {
        return read(name, Function.identity(), otherwise);
    }

    List<String> list(String name, List<String> otherwise) {
        return read(name, Arguments::parts, otherwise);
    }

    List<Integer> numbers(String name, List<Integer> otherwise) {
        return read(
                name,
                value ->
                        parts(value).stream().map(part -> number(name, part, 1)).toList(),
                otherwise);
    }

    int number(String name, int otherwise) {
        return numberFrom(name, 1, otherwise);
    }

    /** One that is at least so large. */
    int numberFrom(String name, int least, int otherwise) {
        return read(name, value -> number(name, value, least), otherwise);
    }

    Duration seconds(String name, Duration otherwise) {
        return read(name, value -> seconds(name, value), otherwise);
    }

    private <T> T read(String name, Function<String, T> parse, T otherwise) {
        @Nullable String value = values.remove(name);
        return value == null ? otherwise : parse.apply(value);
    }

    private static List<String> parts(String list) {
        return new ArrayList<>(Arrays.asList(list.split(",", -1)));
    }

    private static int number(String name, String value, int least) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " needs whole numbers but got '" + value + "'.", e);
        }
        throw new IllegalArgumentException(name + " needs numbers from " + least + " but got '" + value + "'.");
    }

    private static Duration seconds(String name, String value) {
        try {
            double seconds = Double.parseDouble(value);
            if (seconds > 0 && seconds < 3600) {
                return Duration.ofMillis(Math.round(seconds * 1000));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " needs seconds but got '" + value + "'.", e);
        }
        throw new IllegalArgumentException(name + " needs seconds between 0 and 3600 but got '" + value + "'.");
    }
}
