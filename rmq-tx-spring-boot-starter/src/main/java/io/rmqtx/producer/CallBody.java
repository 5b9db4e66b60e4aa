package io.rmqtx.producer;

import org.jspecify.annotations.Nullable;

/** What a step surrounds. The outer step runs it a second time where the first one was fenced before anything ran. */
@FunctionalInterface
interface CallBody {

    /** Runs it as part of this call. */
    @Nullable
    Object run(MessageCall call) throws Throwable;
}
