package io.rmqtx.consumer;

import io.rmqtx.Idempotent;

/** Carries the annotation for those that implement it. */
interface GenericHandler<T> {

    @Idempotent(group = "handled", key = "#a0.id")
    void handle(T what);
}
