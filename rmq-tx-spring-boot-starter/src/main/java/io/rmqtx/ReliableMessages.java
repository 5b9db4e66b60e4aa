package io.rmqtx;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Several {@link ReliableMessage}s of one method: all of them are published, or none. */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ReliableMessages {

    /** The messages, in the order in which they are sent. */
    ReliableMessage[] value();
}
