package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.method.SynchronousMethods;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/** What a method must be, so that the effect and its idempotency key can share one transaction. */
final class MethodRules {

    private MethodRules() {}

    static void refuseUncallable(Method method, @Nullable Object bean, Subject subject) {
        int modifiers = method.getModifiers();
        String wrong = Modifier.isPrivate(modifiers)
                ? "private"
                : Modifier.isStatic(modifiers)
                        ? "static"
                        : Modifier.isFinal(modifiers) && AopUtils.isCglibProxy(bean)
                                ? "final, and its bean is a class-based proxy"
                                : null;
        if (wrong != null) {
            throw new RmqTxConfigurationException(
                    subject + " must be callable through its bean, but is " + wrong + ".",
                    "Make it a public instance method that is not final.");
        }
    }

    static void refuseAsynchronous(Method method, Subject subject) {
        String found = SynchronousMethods.whyNot(method);
        if (!found.isEmpty()) {
            throw new RmqTxConfigurationException(
                    subject + " must have finished its work when it returns, but " + found
                            + "; its transaction would commit before.",
                    "Let the method do its work on the calling thread and return void.");
        }
    }
}
