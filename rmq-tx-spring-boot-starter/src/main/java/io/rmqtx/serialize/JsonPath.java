package io.rmqtx.serialize;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.util.Map;
import java.util.stream.Collectors;

/** Says where in a document something is wrong, without quoting the document. */
final class JsonPath {

    /** A cycle's path is as long as the stack was deep. */
    private static final int MAX_STEPS = 8;

    private JsonPath() {}

    /** The properties that lead to the place; empty if the problem is at the root. */
    static String of(JacksonException failure) {
        if (!(failure instanceof JsonMappingException mapping)) {
            return "";
        }
        String path =
                mapping.getPath().stream().limit(MAX_STEPS).map(JsonPath::step).collect(Collectors.joining("."));
        return mapping.getPath().size() > MAX_STEPS ? path + "..." : path;
    }

    /** What kind of problem, and where. */
    static String describe(JacksonException failure) {
        String path = of(failure);
        JsonLocation location = failure.getLocation();
        return (failure instanceof JsonMappingException ? "it does not fit the type" : "it is not valid JSON")
                + (path.isEmpty() ? "" : ", property '" + path + "'")
                + (location == null ? "" : ", line " + location.getLineNr() + ", column " + location.getColumnNr());
    }

    /** The keys of a map are content, the names of properties are not. */
    private static String step(JsonMappingException.Reference reference) {
        if (reference.getFieldName() == null) {
            return "[" + reference.getIndex() + "]";
        }
        Object from = reference.getFrom();
        boolean map = from instanceof Map || (from instanceof Class<?> type && Map.class.isAssignableFrom(type));
        return map ? "*" : reference.getFieldName();
    }
}
