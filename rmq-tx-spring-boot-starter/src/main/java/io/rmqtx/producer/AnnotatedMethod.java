package io.rmqtx.producer;

import java.lang.reflect.Method;
import java.util.List;
import org.springframework.transaction.interceptor.DefaultTransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * Everything that is known of an annotated method before it is called.
 *
 * @param method the method of the target class
 * @param parameterNames its parameters' names; empty where the class file has none
 * @param messages its messages
 * @param ownManager the manager that the method's own transaction names, or empty
 * @param settings how its calls run
 * @param woven whether AspectJ has woven it
 * @param leadsToWoven whether that, or a method which it overrides and may call, is woven
 */
record AnnotatedMethod(
        Method method,
        List<String> parameterNames,
        List<MessageDefinition> messages,
        String ownManager,
        CallSettings settings,
        boolean woven,
        boolean leadsToWoven) {

    /** For error texts. */
    String name() {
        return settings.name();
    }

    static String nameOf(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName() + "()";
    }

    /** The attributes of a transaction that we open: Spring's defaults, named after the method. */
    static TransactionAttribute defaults(Method method) {
        DefaultTransactionAttribute attribute = new DefaultTransactionAttribute();
        attribute.setName(method.getDeclaringClass().getName() + "." + method.getName());
        return attribute;
    }
}
