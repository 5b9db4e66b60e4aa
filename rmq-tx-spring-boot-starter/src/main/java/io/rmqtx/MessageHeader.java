package io.rmqtx;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A user property of the message, as a {@code String} parameter of a {@link ReliableListener} method. */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface MessageHeader {

    /** The property's name. */
    String value();

    /** Whether a message without it is refused (dead-letter queue); otherwise the parameter is {@code null}. */
    boolean required() default true;
}
