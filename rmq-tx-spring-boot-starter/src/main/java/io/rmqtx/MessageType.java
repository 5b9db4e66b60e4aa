package io.rmqtx;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The logical name of a payload type, as it travels in the message's type header. Without it the name is the simple
 * class name. The name is information for people and for consumers in other languages; it is never used to load a
 * class: what a body is read into is decided by the listener's parameter alone.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface MessageType {

    /** The name, for example {@code "order-created.v1"}. */
    String value();
}
