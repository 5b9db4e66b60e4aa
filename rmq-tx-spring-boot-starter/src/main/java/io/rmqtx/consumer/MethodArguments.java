package io.rmqtx.consumer;

import io.rmqtx.MessageContext;
import io.rmqtx.MessageHeader;
import io.rmqtx.MessagePayload;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.MessageSerializer;
import io.rmqtx.spi.UnreadableMessageException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.GenericTypeResolver;

/** Turns a message into the arguments of a listener method. */
final class MethodArguments {

    private final List<Argument> arguments;
    private final List<MessageHeader> requiredHeaders;
    private final Type payloadType;

    private MethodArguments(List<Argument> arguments, List<MessageHeader> requiredHeaders, Type payloadType) {
        this.arguments = arguments;
        this.requiredHeaders = requiredHeaders;
        this.payloadType = payloadType;
    }

    /**
     * Says what goes into which parameter.
     *
     * @throws RmqTxConfigurationException if a parameter cannot be filled
     */
    static MethodArguments of(Method method, Class<?> beanClass, String listener) {
        List<Argument> arguments = new ArrayList<>();
        List<MessageHeader> required = new ArrayList<>();
        List<Parameter> payloads = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            MessageHeader header = parameter.getAnnotation(MessageHeader.class);
            if (header != null) {
                arguments.add(header(header, parameter, listener));
                if (header.required()) {
                    required.add(header);
                }
            } else if (parameter.getType() == MessageContext.class) {
                arguments.add((payload, context) -> context);
            } else {
                arguments.add((payload, context) -> payload);
                payloads.add(parameter);
            }
        }
        Parameter payload = onlyPayload(payloads, listener);
        Type type = GenericTypeResolver.resolveType(payload.getParameterizedType(), beanClass);
        return new MethodArguments(arguments, required, type);
    }

    private static Argument header(MessageHeader header, Parameter parameter, String listener) {
        if (parameter.getType() != String.class) {
            throw new RmqTxConfigurationException(
                    "Listener '" + listener + "': the @MessageHeader parameter '" + parameter.getName()
                            + "' must be a String, but is a "
                            + parameter.getType().getName() + ".",
                    "Declare it as String and convert it in the method.");
        }
        if (parameter.isAnnotationPresent(MessagePayload.class)
                || header.value().isBlank()) {
            throw new RmqTxConfigurationException(
                    "Listener '" + listener + "': the @MessageHeader parameter '" + parameter.getName()
                            + "' must name a header and cannot be the payload as well.",
                    "Write @MessageHeader(\"name\") alone on it.");
        }
        return (payload, context) -> context.headers().get(header.value());
    }

    private static Parameter onlyPayload(List<Parameter> payloads, String listener) {
        if (payloads.isEmpty()) {
            throw new RmqTxConfigurationException(
                    "Listener '" + listener + "' has no parameter for the payload.",
                    "Add a parameter of the payload's type; byte[] or String receive the body as it came.");
        }
        if (payloads.size() > 1) {
            throw new RmqTxConfigurationException(
                    "Listener '" + listener + "' must have exactly one parameter for the payload, but has "
                            + payloads.size() + ": "
                            + payloads.stream().map(Parameter::toString).toList() + ".",
                    "Annotate the others with @MessageHeader, or take them from a MessageContext parameter.");
        }
        Parameter payload = payloads.get(0);
        if (payload.getType().getName().startsWith("org.apache.rocketmq.")) {
            throw new RmqTxConfigurationException(
                    "Listener '" + listener + "': the payload parameter cannot be RocketMQ's own type "
                            + payload.getType().getName() + ".",
                    "Take the payload's own type, and what else is needed from a MessageContext parameter.");
        }
        return payload;
    }

    /**
     * Reads the payload from a body.
     *
     * @throws UnreadableMessageException if it cannot be read, or a required header is missing
     */
    Object read(byte @Nullable [] body, Map<String, String> headers, MessageSerializer serializer) {
        for (MessageHeader header : requiredHeaders) {
            if (!headers.containsKey(header.value())) {
                throw new UnreadableMessageException("The required header '" + header.value() + "' is missing.", null);
            }
        }
        byte[] bytes = body == null ? new byte[0] : body;
        if (payloadType == byte[].class) {
            return bytes;
        }
        if (payloadType == String.class) {
            return text(bytes);
        }
        try {
            return serializer.deserialize(bytes, payloadType);
        } catch (UnreadableMessageException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            // A serializer of the service's own may throw what it likes, and a hostile body may be nested deeply.
            throw new UnreadableMessageException("The body cannot be read as " + payloadType.getTypeName() + ".", e);
        }
    }

    private static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnreadableMessageException(
                    "The body is not UTF-8 text; take it as byte[] to decode it otherwise.", e);
        }
    }

    @Nullable
    Object[] of(Object payload, MessageContext context) {
        @Nullable Object[] values = new @Nullable Object[arguments.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments.get(i).of(payload, context);
        }
        return values;
    }

    @FunctionalInterface
    private interface Argument {
        @Nullable
        Object of(Object payload, MessageContext context);
    }
}
