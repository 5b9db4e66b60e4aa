package io.rmqtx.producer;

import io.rmqtx.HalfMessageTiming;
import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageMode;
import io.rmqtx.ReliableMessage;
import io.rmqtx.ReliableMessages;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.method.SynchronousMethods;
import io.rmqtx.spi.MessageSerializer;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.annotation.RepeatableContainers;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/** Reads, checks and caches the annotations. */
final class AnnotatedMethods {

    private static final DefaultParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

    private static final Set<Integer> WITHOUT_TRANSACTION =
            Set.of(TransactionDefinition.PROPAGATION_NOT_SUPPORTED, TransactionDefinition.PROPAGATION_NEVER);

    private final Map<MethodClassKey, AnnotatedMethod> cache = new ConcurrentHashMap<>();
    private final UnaryOperator<String> placeholders;
    private final MessageSerializer serializer;
    private final Supplier<@Nullable TransactionAttributeSource> transactions;
    private final Predicate<String> beans;

    /** With the source that Spring's transaction advice uses, so that both see the same; ours where there is none. */
    AnnotatedMethods(
            UnaryOperator<String> placeholders,
            MessageSerializer serializer,
            Supplier<@Nullable TransactionAttributeSource> transactions,
            Predicate<String> beans) {
        this.beans = beans;
        this.placeholders = placeholders;
        this.serializer = serializer;
        this.transactions = transactions;
    }

    /** Whether a method carries the annotation, itself, by a meta-annotation or by the interface it implements. */
    static boolean isAnnotated(Method method, @Nullable Class<?> targetClass) {
        return all(specific(method, targetClass)).isPresent(ReliableMessage.class);
    }

    /** Those nearest to the method: what it says itself replaces what its interface says, as for @Transactional. */
    private static List<ReliableMessage> annotations(Method method) {
        List<MergedAnnotation<ReliableMessage>> found =
                all(method).stream(ReliableMessage.class).toList();
        int nearest = found.stream()
                .mapToInt(MergedAnnotation::getAggregateIndex)
                .min()
                .orElse(0);
        return found.stream()
                .filter(annotation -> annotation.getAggregateIndex() == nearest)
                .map(MergedAnnotation::synthesize)
                .toList();
    }

    private static MergedAnnotations all(Method method) {
        return MergedAnnotations.from(
                method,
                SearchStrategy.TYPE_HIERARCHY,
                RepeatableContainers.of(ReliableMessage.class, ReliableMessages.class));
    }

    private static Method specific(Method method, @Nullable Class<?> targetClass) {
        return AopUtils.getMostSpecificMethod(
                method, targetClass == null ? null : ClassUtils.getUserClass(targetClass));
    }

    /** The method that an invocation of a proxy leads to. */
    AnnotatedMethod of(MethodInvocation invocation) {
        Object target = invocation.getThis();
        return get(
                invocation.getMethod(),
                target == null ? invocation.getMethod().getDeclaringClass() : target.getClass());
    }

    /**
     * The parsed annotations of a method.
     *
     * @throws RmqTxConfigurationException if they are wrong
     */
    AnnotatedMethod get(Method method, Class<?> targetClass) {
        MethodClassKey key = new MethodClassKey(method, targetClass);
        AnnotatedMethod known = cache.get(key); // computeIfAbsent may lock
        return known != null
                ? known
                : cache.computeIfAbsent(key, missing -> read(specific(method, targetClass), targetClass));
    }

    private AnnotatedMethod read(Method method, Class<?> targetClass) {
        String where = AnnotatedMethod.nameOf(method);
        String[] discovered = NAMES.getParameterNames(method);
        List<String> names = discovered == null ? List.of() : List.of(discovered);
        TransactionAttributeSource source = transactions.get();
        TransactionAttribute own = (source == null ? new AnnotationTransactionAttributeSource(false) : source)
                .getTransactionAttribute(method, targetClass);
        refuseImpossible(method, where, own);
        String ownManager = own == null || own.getQualifier() == null ? "" : own.getQualifier();
        List<MessageDefinition> messages = new ArrayList<>();
        List<ReliableMessage> annotations = annotations(method);
        MessageMode mode = onlyOne(annotations, ReliableMessage::mode, "mode", where);
        HalfMessageTiming half = onlyOne(annotations, ReliableMessage::half, "half", where);
        refuseTimingOfOutbox(mode, half, where);
        VariableNames variables =
                new VariableNames(method, names, mode == MessageMode.OUTBOX || half == HalfMessageTiming.LATE);
        for (ReliableMessage annotation : annotations) {
            messages.add(definition(annotation, method, where, variables, ownManager));
        }
        Set<String> managers = new HashSet<>();
        messages.forEach(message -> managers.add(message.transactionManager()));
        if (managers.size() > 1) {
            throw new RmqTxConfigurationException(
                    "The messages of " + where + " name different transaction managers " + managers
                            + ", but they share one transaction.",
                    "Name one transaction manager.");
        }
        return new AnnotatedMethod(
                method,
                names,
                List.copyOf(messages),
                ownManager,
                new CallSettings(
                        where,
                        messages.get(0).transactionManager(),
                        own != null,
                        own == null ? AnnotatedMethod.defaults(method) : own,
                        mode,
                        half,
                        messages.stream().anyMatch(MessageDefinition::needsResult)),
                WovenCalls.isWoven(method),
                WovenCalls.leadsToWoven(method));
    }

    private static <T> T onlyOne(
            List<ReliableMessage> annotations, Function<ReliableMessage, T> attribute, String name, String where) {
        Set<T> values = new LinkedHashSet<>();
        annotations.forEach(annotation -> values.add(attribute.apply(annotation)));
        if (values.size() > 1) {
            throw new RmqTxConfigurationException(
                    "The messages of " + where + " have different values of " + name + " " + values
                            + ", but they are written and sent together.",
                    "Give all of them the same " + name + " = ... .");
        }
        return values.iterator().next();
    }

    private static void refuseTimingOfOutbox(MessageMode mode, HalfMessageTiming half, String where) {
        if (mode == MessageMode.OUTBOX && half != HalfMessageTiming.AUTO) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + where + " says half = " + half
                            + ", but mode = OUTBOX sends no half message.",
                    "Remove one of the two.");
        }
    }

    private static void refuseImpossible(Method method, String where, @Nullable TransactionAttribute own) {
        if (own != null && own.isReadOnly()) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + where + " is in a read-only transaction, which cannot take the transaction"
                            + " log row.",
                    "Remove readOnly from its @Transactional.");
        }
        if (own != null && WITHOUT_TRANSACTION.contains(own.getPropagationBehavior())) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + where + " needs a transaction, but its @Transactional excludes one"
                            + " (NOT_SUPPORTED or NEVER).",
                    "Use REQUIRED or REQUIRES_NEW.");
        }
        String asynchronous = SynchronousMethods.whyNot(method);
        if (!asynchronous.isEmpty()) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + where + " must have done its work when it returns, but the method "
                            + asynchronous + ": its transaction would end too early, or on another thread.",
                    "Make the method synchronous, and call it from the asynchronous one through its bean.");
        }
    }

    private MessageDefinition definition(
            ReliableMessage annotation, Method method, String where, VariableNames variables, String ownManager) {
        if (annotation.payload().isBlank()) {
            if (method.getParameterCount() != 1) {
                throw new RmqTxConfigurationException(
                        "@ReliableMessage on " + where + " names no payload, but the method has "
                                + method.getParameterCount() + " parameters.",
                        "Say what is sent, as in payload = \"#order\".");
            }
            checkWritable(method.getGenericParameterTypes()[0], where);
        }
        MessageExpression payload = parse(annotation.payload(), "payload", where, variables);
        Type type = payload == null ? null : payload.typeIn(method, variables);
        if (type != null) {
            checkWritable(type, where);
        }
        MessageExpression tag = parse(annotation.tag(), "tag", where, variables);
        MessageExpression key = parse(annotation.key(), "key", where, variables);
        MessageExpression condition = parse(annotation.condition(), "condition", where, variables);
        refuseLiteral(tag, "tag", where, value -> MessageFactory.wrongTag(value.toString()));
        refuseLiteral(key, "key", where, value -> MessageFactory.wrongKey(value.toString()));
        refuseLiteral(
                condition, "condition", where, value -> value instanceof Boolean ? "" : "is neither true nor false");
        MessageExpression orderKey = parse(annotation.orderKey(), "orderKey", where, variables);
        refuseLiteral(orderKey, "orderKey", where, value -> MessageFactory.wrongKey(value.toString()));
        MessageExpression deliverAt = parse(annotation.deliverAt(), "deliverAt", where, variables);
        DeliveryAttributes.check(annotation, where);
        String named = annotation.transactionManager();
        return new MessageDefinition(
                topic(annotation, where),
                tag,
                key,
                payload,
                condition,
                orderKey,
                DeliveryAttributes.delay(annotation, where, placeholders),
                deliverAt,
                StringUtils.hasText(named) ? named : ownManager);
    }

    private void checkWritable(Type payload, String where) {
        try {
            serializer.checkWritable(payload);
        } catch (InvalidMessageException e) {
            throw new RmqTxConfigurationException(
                    "The payload of @ReliableMessage on " + where + " cannot be serialised: " + e.getMessage(),
                    "Send a type that the MessageSerializer can write.",
                    e);
        }
    }

    private String topic(ReliableMessage annotation, String where) {
        try {
            return placeholders.apply(annotation.topic());
        } catch (IllegalArgumentException e) {
            throw new RmqTxConfigurationException(
                    "The topic \"" + annotation.topic() + "\" of @ReliableMessage on " + where + " cannot be resolved: "
                            + e.getMessage() + ".",
                    "Define the property, or give it a default, as in ${orders.topic:ORDERS}.",
                    e);
        }
    }

    private @Nullable MessageExpression parse(String text, String attribute, String where, VariableNames variables) {
        return text.isBlank() ? null : MessageExpression.parse(text, attribute, where, variables, beans);
    }

    /** What every call would be refused for. */
    private static void refuseLiteral(
            @Nullable MessageExpression expression, String attribute, String where, Function<Object, String> rule) {
        String wrong = expression == null ? "" : expression.literal().map(rule).orElse("");
        if (!wrong.isEmpty()) {
            throw new RmqTxConfigurationException(
                    "The " + attribute + " \"" + expression + "\" of @ReliableMessage on " + where + " " + wrong + ".",
                    "Correct it in @ReliableMessage(" + attribute + " = ...).");
        }
    }
}
