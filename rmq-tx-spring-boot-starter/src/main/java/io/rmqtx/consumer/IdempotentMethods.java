package io.rmqtx.consumer;

import io.rmqtx.Idempotent;
import io.rmqtx.ReliableListener;
import io.rmqtx.RmqTxConfigurationException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/** Reads, checks and caches the annotations. */
final class IdempotentMethods {

    private static final DefaultParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

    private final Map<MethodClassKey, IdempotentMethod> cache = new ConcurrentHashMap<>();
    private final Placeholders placeholders;

    IdempotentMethods(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    /** Whether a method carries the annotation, itself, by a meta-annotation or by the interface it implements. */
    static boolean isAnnotated(Method method, @Nullable Class<?> targetClass) {
        return AnnotatedElementUtils.hasAnnotation(specific(method, targetClass), Idempotent.class);
    }

    private static Method specific(Method method, @Nullable Class<?> targetClass) {
        return AopUtils.getMostSpecificMethod(
                method, targetClass == null ? null : ClassUtils.getUserClass(targetClass));
    }

    /**
     * The parsed annotation of a method.
     *
     * @throws RmqTxConfigurationException if it is wrong
     */
    IdempotentMethod get(Method method, Class<?> targetClass) {
        MethodClassKey key = new MethodClassKey(method, targetClass);
        IdempotentMethod known = cache.get(key); // computeIfAbsent may lock
        return known != null
                ? known
                : cache.computeIfAbsent(key, missing -> read(specific(method, targetClass), targetClass));
    }

    private IdempotentMethod read(Method method, Class<?> targetClass) {
        Subject subject = Subject.idempotent(targetClass, method);
        Idempotent annotation = AnnotatedElementUtils.findMergedAnnotation(method, Idempotent.class);
        if (annotation == null) {
            throw new IllegalArgumentException(method + " is not annotated");
        }
        MethodRules.refuseAsynchronous(method, subject);
        refuseWithoutDuplicateValue(method, subject);
        if (AnnotatedElementUtils.hasAnnotation(method, ReliableListener.class)) {
            throw new RmqTxConfigurationException(
                    subject + " is a @ReliableListener, which is idempotent itself.", "Remove @Idempotent.");
        }
        String[] discovered = NAMES.getParameterNames(method);
        List<String> names = discovered == null ? List.of() : List.of(discovered);
        return new IdempotentMethod(
                subject,
                ListenerNames.group(placeholders.resolve(annotation.group(), "group", subject), subject),
                KeyExpression.parse(annotation.key(), variables(names, method.getParameterCount()), subject),
                names,
                annotation.transactionManager());
    }

    private static void refuseWithoutDuplicateValue(Method method, Subject subject) {
        Class<?> result = method.getReturnType();
        if (result.isPrimitive() && result != void.class) {
            throw new RmqTxConfigurationException(
                    subject + " returns null for a duplicate, but its return type is " + result + ".",
                    "Return void, or a type that can be null, such as "
                            + ClassUtils.resolvePrimitiveIfNecessary(result).getSimpleName() + ".");
        }
    }

    private static List<String> variables(List<String> names, int count) {
        List<String> variables = new ArrayList<>(names);
        for (int i = 0; i < count; i++) {
            variables.add("p" + i);
            variables.add("a" + i);
        }
        return variables;
    }
}
