package org.reactivestreams;

/** Stands in for the interface of that name, which rmq-tx knows by its name only. */
public interface Publisher<T> {}
