package io.rmqtx.producer;

import java.lang.reflect.Method;

/**
 * What expressions see as {@code #root}.
 *
 * @param target the bean
 * @param method the method
 * @param args the arguments
 */
public record MessageRoot(Object target, Method method, Object[] args) {}
