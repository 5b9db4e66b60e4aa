package io.rmqtx.producer;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.NewMessage;
import io.rmqtx.spi.DeliveryTime;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.MessageIdGenerator;
import io.rmqtx.spi.MessageSerializer;
import io.rmqtx.spi.MessageTypes;
import io.rmqtx.spi.OutgoingMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.BeanResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.spel.support.ReflectiveMethodResolver;
import org.springframework.expression.spel.support.ReflectivePropertyAccessor;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/** Makes the messages of one call; each time under new ids. */
final class MessageFactory {

    private static final int MAX_KEY = 255;
    private static final int MAX_TAG = 127;

    private final MessageIdGenerator ids;
    private final MessageSerializer serializer;
    private final EvaluationContext shared;

    MessageFactory(MessageIdGenerator ids, MessageSerializer serializer, BeanResolver beans) {
        this.ids = ids;
        this.serializer = serializer;
        StandardEvaluationContext context = new StandardEvaluationContext();
        context.setBeanResolver(beans);
        // Shared, because they cache what they find by reflection.
        context.setPropertyAccessors(List.of(new ReflectivePropertyAccessor()));
        context.setMethodResolvers(List.of(new ReflectiveMethodResolver()));
        this.shared = context;
    }

    /** Those messages of an annotated method whose condition holds. */
    List<OutgoingMessage> create(
            AnnotatedMethod annotated, @Nullable Object target, @Nullable Object[] args, @Nullable Object result) {
        EvaluationContext context = new CallContext(
                shared,
                new MessageRoot(target == null ? annotated : target, annotated.method(), args),
                annotated.parameterNames(),
                args,
                result);
        List<OutgoingMessage> messages = new ArrayList<>(annotated.messages().size());
        for (MessageDefinition definition : annotated.messages()) {
            if (holds(definition, context, annotated)) {
                messages.add(create(definition, context, annotated, args));
            }
        }
        return messages;
    }

    private OutgoingMessage create(
            MessageDefinition definition,
            EvaluationContext context,
            AnnotatedMethod annotated,
            @Nullable Object[] args) {
        Object payload =
                definition.payload() == null ? args[0] : evaluate(definition.payload(), "payload", context, annotated);
        if (payload == null) {
            throw new InvalidMessageException("The payload of @ReliableMessage on " + annotated.name()
                    + " is null, and a message needs one. Pass a value, or use a condition. " + effect(annotated));
        }
        return message(
                definition.topic(),
                text(definition.tag(), "tag", MessageFactory::wrongTag, context, annotated),
                text(definition.key(), "key", MessageFactory::wrongKey, context, annotated),
                Map.of(),
                payload,
                text(definition.orderKey(), "orderKey", MessageFactory::wrongKey, context, annotated),
                deliveryTime(definition, context, annotated));
    }

    private static @Nullable DeliveryTime deliveryTime(
            MessageDefinition definition, EvaluationContext context, AnnotatedMethod annotated) {
        if (definition.delay() != null) {
            return DeliveryTime.after(definition.delay());
        }
        if (definition.deliverAt() == null) {
            return null;
        }
        Object value = evaluate(definition.deliverAt(), "deliverAt", context, annotated);
        Instant at = DeliveryAttributes.instant(value);
        if (at == null) {
            throw new InvalidMessageException("The deliverAt of @ReliableMessage on " + annotated.name()
                    + " (expression \"" + definition.deliverAt() + "\") must yield an Instant, an OffsetDateTime or a"
                    + " ZonedDateTime, but yields "
                    + (value == null ? "null" : "a " + value.getClass().getName()) + ". " + effect(annotated));
        }
        return DeliveryTime.at(at);
    }

    /** A message that code asks for. */
    OutgoingMessage create(NewMessage wanted) {
        String where = " of a message for topic '" + wanted.topic() + "' ";
        String wrong = wanted.key() == null ? "" : wrongKey(wanted.key());
        if (!wrong.isEmpty()) {
            throw new InvalidMessageException("The key" + where + wrong + ". Nothing was written.");
        }
        wrong = wanted.tag() == null ? "" : wrongTag(wanted.tag());
        if (!wrong.isEmpty()) {
            throw new InvalidMessageException("The tag" + where + wrong + ". Nothing was written.");
        }
        wrong = wanted.orderKey() == null ? "" : wrongKey(wanted.orderKey());
        if (!wrong.isEmpty()) {
            throw new InvalidMessageException("The order key" + where + wrong + ". Nothing was written.");
        }
        if (wanted.orderKey() != null && wanted.deliveryTime() != null) {
            throw new InvalidMessageException("The order key" + where + "cannot go with a delay: a message that waits"
                    + " would be overtaken, or would hold up those behind it. Nothing was written.");
        }
        return message(
                wanted.topic(),
                wanted.tag(),
                wanted.key(),
                wanted.headers(),
                wanted.payload(),
                wanted.orderKey(),
                wanted.deliveryTime());
    }

    private OutgoingMessage message(
            String topic,
            @Nullable String tag,
            @Nullable String key,
            Map<String, String> own,
            Object payload,
            @Nullable String orderKey,
            @Nullable DeliveryTime deliveryTime) {
        String type = MessageTypes.nameOf(payload.getClass());
        Map<String, String> headers =
                Map.of(MessageHeaders.TYPE, type, MessageHeaders.CONTENT_TYPE, serializer.contentType());
        if (!own.isEmpty()) {
            HeaderRules.check(topic, own);
            Map<String, String> all = new HashMap<>(own);
            all.putAll(headers);
            headers = Map.copyOf(all);
        }
        return new OutgoingMessage(
                ids.next(), topic, tag, key, headers, serializer.serialize(payload), orderKey, deliveryTime);
    }

    private static boolean holds(MessageDefinition definition, EvaluationContext context, AnnotatedMethod annotated) {
        if (definition.condition() == null) {
            return true;
        }
        Object value = evaluate(definition.condition(), "condition", context, annotated);
        if (value instanceof Boolean decided) {
            return decided;
        }
        throw new InvalidMessageException("The condition \"" + definition.condition() + "\" of @ReliableMessage on "
                + annotated.name() + " must yield true or false, but yields "
                + (value == null ? "null" : "a " + value.getClass().getName()) + ". " + effect(annotated));
    }

    private static @Nullable String text(
            @Nullable MessageExpression expression,
            String attribute,
            UnaryOperator<String> rule,
            EvaluationContext context,
            AnnotatedMethod annotated) {
        if (expression == null) {
            return null;
        }
        Object value = evaluate(expression, attribute, context, annotated);
        String text = value == null ? "" : value.toString();
        String wrong = rule.apply(text);
        if (!wrong.isEmpty()) {
            throw new InvalidMessageException("The " + attribute + " of @ReliableMessage on " + annotated.name()
                    + " (expression \"" + expression + "\") " + wrong
                    + ". Pass a usable value, or leave the attribute out. " + effect(annotated));
        }
        return text;
    }

    static String wrongKey(String key) {
        return wrong(key, MAX_KEY);
    }

    static String wrongTag(String tag) {
        String wrong = wrong(tag, MAX_TAG);
        return wrong.isEmpty() && tag.indexOf('|') >= 0 ? "contains '|', which separates tags in subscriptions" : wrong;
    }

    private static String wrong(String text, int limit) {
        if (text.isEmpty()) {
            return "is null or empty";
        }
        if (text.length() > limit) {
            return "has " + text.length() + " characters, above the limit of " + limit;
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i)) || Character.isISOControl(text.charAt(i))) {
                return "contains white space, which separates keys in RocketMQ";
            }
        }
        return "";
    }

    private static @Nullable Object evaluate(
            MessageExpression expression, String attribute, EvaluationContext context, AnnotatedMethod annotated) {
        try {
            return expression.evaluate(context);
        } catch (EvaluationException e) {
            throw new InvalidMessageException(
                    "The " + attribute + " expression \"" + expression + "\" of @ReliableMessage on " + annotated.name()
                            + " cannot be evaluated: " + e.getMessage() + ". " + effect(annotated),
                    e);
        }
    }

    private static String effect(AnnotatedMethod annotated) {
        return annotated.settings().isLate() ? "Its transaction is rolled back." : "The method did not run.";
    }
}
