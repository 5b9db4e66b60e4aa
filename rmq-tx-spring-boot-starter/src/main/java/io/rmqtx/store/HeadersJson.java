package io.rmqtx.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rmqtx.InvalidMessageException;
import java.util.Map;

/** The headers column: a JSON object of texts. */
final class HeadersJson {

    private static final JsonMapper MAPPER = new JsonMapper();

    private HeadersJson() {}

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
