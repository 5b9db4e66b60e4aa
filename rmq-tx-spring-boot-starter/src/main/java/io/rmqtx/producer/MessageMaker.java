package io.rmqtx.producer;

import io.rmqtx.spi.OutgoingMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the messages of one call, under new ids each time. */
@FunctionalInterface
interface MessageMaker {

    /**
     * Makes those whose condition holds.
     *
     * @param result what the method returned; null before it has run
     * @throws io.rmqtx.InvalidMessageException if one of them can never be sent
     */
    List<OutgoingMessage> make(@Nullable Object result);
}
