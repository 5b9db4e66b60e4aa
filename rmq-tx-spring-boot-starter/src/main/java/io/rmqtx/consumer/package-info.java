/** Consumes messages so that each one's effect happens once: containers, idempotency, failures, dead letters. */
@NullMarked
package io.rmqtx.consumer;

import org.jspecify.annotations.NullMarked;
