package io.rmqtx.autoconfigure;

import java.lang.reflect.InvocationTargetException;
import org.springframework.aop.framework.Advised;
import org.springframework.util.ClassUtils;

/** Recognises Mockito's mocks: a test that replaces a service by one does not want its annotations to be checked. */
public final class Mocks {

    private static final String MOCKITO = "org.mockito.Mockito";

    private Mocks() {}

    /** Whether a bean is one. */
    public static boolean isMock(Object bean) {
        ClassLoader loader = bean.getClass().getClassLoader();
        // Mockito takes seconds to wake up, and a proxy of Spring's is no mock.
        if (bean instanceof Advised || !ClassUtils.isPresent(MOCKITO, loader)) {
            return false;
        }
        try {
            Object details = ClassUtils.forName(MOCKITO, loader)
                    .getMethod("mockingDetails", Object.class)
                    .invoke(null, bean);
            return Boolean.TRUE.equals(ClassUtils.forName("org.mockito.MockingDetails", loader)
                    .getMethod("isMock")
                    .invoke(details));
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | IllegalAccessException
                | InvocationTargetException e) {
            return false;
        }
    }
}
