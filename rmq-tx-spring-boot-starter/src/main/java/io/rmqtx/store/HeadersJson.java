package io.rmqtx.store;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rmqtx.InvalidMessageException;
import java.util.Map;

/** The headers column: a JSON object of texts. */
final class HeadersJson {

    private static final JsonMapper MAPPER = new JsonMapper();

    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private HeadersJson() {}

    /**
     * Reads the column.
     *
     * @throws JsonProcessingException if somebody wrote something else into it
     */
    static Map<String, String> read(String json) throws JsonProcessingException {
        Map<String, String> headers = MAPPER.readValue(json, HEADERS);
        if (headers == null || headers.containsValue(null)) {
            throw new JsonParseException(null, "null instead of a text");
        }
        return headers;
    }

    static String write(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return "{}";
        }
        try {
            return MAPPER.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new InvalidMessageException("The headers " + headers.keySet() + " cannot be written as JSON.", e);
        }
    }
}
