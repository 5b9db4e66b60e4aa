package io.rmqtx.producer;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.MessageIdGenerator;
import io.rmqtx.spi.MessageSerializer;
import io.rmqtx.spi.MessageTypes;
import io.rmqtx.spi.OutgoingMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.BeanResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.spel.support.ReflectiveMethodResolver;
import org.springframework.expression.spel.support.ReflectivePropertyAccessor;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/** Makes the messages of one call from its arguments, before anything has happened. */
final class MessageFactory {

    private static final int MAX_KEY = 255;
    private static final int MAX_TAG = 127;
    private static final List<PropertyAccessor> PROPERTIES = List.of(new ReflectivePropertyAccessor());
    private static final List<MethodResolver> METHODS = List.of(new ReflectiveMethodResolver());

    private final MessageIdGenerator ids;
    private final MessageSerializer serializer;
    private final BeanResolver beans;

    MessageFactory(MessageIdGenerator ids, MessageSerializer serializer, BeanResolver beans) {
        this.ids = ids;
        this.serializer = serializer;
        this.beans = beans;
    }

    /** The messages whose condition holds; each call makes new ids. */
    List<OutgoingMessage> create(AnnotatedMethod annotated, MethodInvocation invocation) {
        EvaluationContext context = context(annotated, invocation);
        List<OutgoingMessage> messages = new ArrayList<>(annotated.messages().size());
        for (MessageDefinition definition : annotated.messages()) {
            if (holds(definition, context, annotated)) {
                messages.add(create(definition, context, annotated, invocation));
            }
        }
        return messages;
    }

    private OutgoingMessage create(
            MessageDefinition definition,
            EvaluationContext context,
            AnnotatedMethod annotated,
            MethodInvocation invocation) {
        Object payload = definition.payload() == null
                ? invocation.getArguments()[0]
                : evaluate(definition.payload(), "payload", context, annotated);
        if (payload == null) {
            throw new InvalidMessageException("The payload of @ReliableMessage on " + annotated.name()
                    + " is null, and a message needs one. Pass a value, or use a condition. The method did not run.");
        }
        return new OutgoingMessage(
                ids.next(),
                definition.topic(),
                tag(definition.tag(), context, annotated),
                text(definition.key(), "key", MAX_KEY, context, annotated),
                Map.of(
                        MessageHeaders.TYPE,
                        MessageTypes.nameOf(payload.getClass()),
                        MessageHeaders.CONTENT_TYPE,
                        serializer.contentType()),
                serializer.serialize(payload));
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
                + (value == null ? "null" : "a " + value.getClass().getName()) + ". The method did not run.");
    }

    private static @Nullable String tag(
            @Nullable MessageExpression expression, EvaluationContext context, AnnotatedMethod annotated) {
        String tag = text(expression, "tag", MAX_TAG, context, annotated);
        if (tag != null && tag.indexOf('|') >= 0) {
            throw new InvalidMessageException("The tag '" + tag + "' of @ReliableMessage on " + annotated.name()
                    + " contains '|', which separates tags in subscriptions. The method did not run.");
        }
        return tag;
    }

    private static @Nullable String text(
            @Nullable MessageExpression expression,
            String attribute,
            int limit,
            EvaluationContext context,
            AnnotatedMethod annotated) {
        if (expression == null) {
            return null;
        }
        Object value = evaluate(expression, attribute, context, annotated);
        String text = value == null ? "" : value.toString();
        String rule = text.isEmpty()
                ? "is null or empty"
                : text.length() > limit
                        ? "has " + text.length() + " characters, above the limit of " + limit
                        : text.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))
                                ? "contains white space, which separates keys in RocketMQ"
                                : "";
        if (!rule.isEmpty()) {
            throw new InvalidMessageException("The " + attribute + " of @ReliableMessage on " + annotated.name()
                    + " (expression \"" + expression + "\") " + rule
                    + ". Pass a usable value, or leave the attribute out. The method did not run.");
        }
        return text;
    }

    private static @Nullable Object evaluate(
            MessageExpression expression, String attribute, EvaluationContext context, AnnotatedMethod annotated) {
        try {
            return expression.evaluate(context);
        } catch (EvaluationException e) {
            throw new InvalidMessageException(
                    "The " + attribute + " expression \"" + expression + "\" of @ReliableMessage on " + annotated.name()
                            + " cannot be evaluated: " + e.getMessage() + ". The method did not run.",
                    e);
        }
    }

    private EvaluationContext context(AnnotatedMethod annotated, MethodInvocation invocation) {
        Object[] args = invocation.getArguments();
        Object target = invocation.getThis();
        StandardEvaluationContext context = new StandardEvaluationContext(
                new MessageRoot(target == null ? annotated : target, annotated.method(), args));
        context.setBeanResolver(beans);
        // Shared, because they cache what they find by reflection.
        context.setPropertyAccessors(PROPERTIES);
        context.setMethodResolvers(METHODS);
        List<String> names = annotated.parameterNames();
        for (int i = 0; i < args.length; i++) {
            context.setVariable("p" + i, args[i]);
            context.setVariable("a" + i, args[i]);
            if (i < names.size()) {
                context.setVariable(names.get(i), args[i]);
            }
        }
        return context;
    }
}
