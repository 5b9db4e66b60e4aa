package io.rmqtx.serialize;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.rmqtx.InvalidMessageException;
import io.rmqtx.spi.MessageSerializer;
import io.rmqtx.spi.UnreadableMessageException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * JSON by a mapper of its own, so that no setting of the application's mapper, and neither generation of Jackson that
 * Spring Boot brings, changes what is on the wire. Dates are ISO texts; unknown properties are ignored, so that a
 * producer may add some. What a body is read into is decided by the listener's parameter alone, never by the body.
 *
 * <p>{@code String} and {@code byte[]} payloads pass unchanged, texts as UTF-8.
 */
final class JsonMessageSerializer implements MessageSerializer {

    private static final List<Class<?>> NEVER_WRITABLE = List.of(
            void.class,
            Void.class,
            Optional.class,
            OptionalInt.class,
            OptionalLong.class,
            OptionalDouble.class,
            Thread.class,
            ClassLoader.class);

    private final JsonMapper mapper = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @Override
    public byte[] serialize(Object payload) {
        if (payload instanceof byte[] bytes) {
            return bytes;
        }
        if (payload instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return mapper.writeValueAsBytes(payload);
        } catch (JsonProcessingException e) {
            throw unwritable(payload, JsonPath.of(e), e);
        } catch (StackOverflowError e) {
            throw unwritable(payload, "", e);
        }
    }

    @Override
    public Object deserialize(byte[] body, Type type) {
        if (type == byte[].class) {
            return body;
        }
        if (type == String.class) {
            return new String(body, StandardCharsets.UTF_8);
        }
        if (body.length == 0) {
            throw unreadable(type, "it is empty");
        }
        Object payload;
        try {
            payload = mapper.readValue(body, mapper.constructType(type));
        } catch (JacksonException e) {
            throw unreadable(type, JsonPath.describe(e));
        } catch (IOException e) {
            throw unreadable(type, e.getClass().getSimpleName());
        } catch (StackOverflowError e) {
            throw unreadable(type, "it is nested too deeply");
        }
        if (payload == null) {
            throw unreadable(type, "it is the JSON literal null");
        }
        return payload;
    }

    /** Refuses only what no value of the type can change: a subclass of a type that is not final may be writable. */
    @Override
    public void checkWritable(Type type) {
        JavaType javaType = mapper.constructType(type);
        Class<?> raw = javaType.getRawClass();
        if (raw == String.class || raw == byte[].class) {
            return;
        }
        if (NEVER_WRITABLE.contains(raw) || isStream(raw)) {
            throw notWritable(type, "it has no JSON form", null);
        }
        try {
            JsonSerializer<Object> serializer =
                    mapper.getSerializerProviderInstance().findTypedValueSerializer(javaType, true, null);
            if (javaType.isFinal() && isUnknown(serializer, javaType)) {
                throw notWritable(type, "it has no property: no getter, no public field", null);
            }
        } catch (JsonMappingException e) {
            if (javaType.isConcrete()) {
                throw notWritable(type, "its properties contradict each other", e);
            }
        }
    }

    private boolean isUnknown(JsonSerializer<?> serializer, JavaType type) throws JsonMappingException {
        return serializer instanceof UnknownSerializer
                || mapper.getSerializerProviderInstance().findValueSerializer(type) instanceof UnknownSerializer;
    }

    private static boolean isStream(Class<?> type) {
        return Closeable.class.isAssignableFrom(type) && type.getName().startsWith("java.io.");
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    private static InvalidMessageException unwritable(Object payload, String path, Throwable cause) {
        String where = path.isEmpty() ? "" : " at property '" + path + "'";
        return new InvalidMessageException(
                "The payload of type '" + payload.getClass().getName() + "' cannot be written as JSON" + where
                        + ". Make the property readable and free of cycles, leave it out (@JsonIgnore), or use a type"
                        + " made for the message.",
                cause);
    }

    private static InvalidMessageException notWritable(Type type, String why, @Nullable Throwable cause) {
        return new InvalidMessageException(
                "Payloads of type '" + type.getTypeName() + "' cannot be written as JSON: " + why
                        + ". Use a type made for the message, or a MessageSerializer bean of your own.",
                cause);
    }

    /** Without Jackson's exception: its text quotes the body, which does not belong into logs and reports. */
    private static UnreadableMessageException unreadable(Type type, String why) {
        return new UnreadableMessageException(
                "The body cannot be read as '" + type.getTypeName() + "': " + why + ".", null);
    }
}
