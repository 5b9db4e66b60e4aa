package io.rmqtx.consumer;

import io.rmqtx.MessageContext;
import io.rmqtx.spi.MessageSerializer;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.spi.StoreLocator;
import io.rmqtx.spi.UnreadableMessageException;
import java.util.Set;
import org.apache.rocketmq.common.message.MessageExt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Consumes one message: reads it, runs its listener once, and says how RocketMQ is to go on. */
final class MessageConsumption {

    private static final Logger log = LoggerFactory.getLogger(MessageConsumption.class);

    private final ListenerGroup group;
    private final ReliableStores stores;
    private final OnceOnly onceOnly;
    private final MessageSerializer serializer;
    private final Failures failures;
    private final RmqTxListener events;

    MessageConsumption(
            ListenerGroup group,
            ReliableStores stores,
            OnceOnly onceOnly,
            MessageSerializer serializer,
            Failures failures,
            RmqTxListener events) {
        this.group = group;
        this.stores = stores;
        this.onceOnly = onceOnly;
        this.serializer = serializer;
        this.failures = failures;
        this.events = events;
    }

    /** Never throws what came from the message, its listener or the database. */
    Verdict consume(MessageExt message) {
        MessageContext context = MessageContexts.of(message, group.name(), group.maxAttempts());
        Call call;
        try {
            // Before the transaction: an unreadable message must not hold a connection.
            call = read(message, context);
        } catch (UnreadableMessageException e) {
            failures.unreadable(context, e);
            return Verdict.DEAD_LETTER;
        }
        return call(call, context);
    }

    private Call read(MessageExt message, MessageContext context) {
        ListenerMethod listener = group.listenerFor(context.topic(), context.tag())
                .orElseThrow(() -> new UnreadableMessageException(
                        "No listener of group '" + group.name() + "' takes topic '" + LogText.of(context.topic())
                                + "' with tag '" + LogText.of(context.tag()) + "'.",
                        null));
        Object payload = listener.arguments().read(message.getBody(), context.headers(), serializer);
        return new Call(listener, payload, listener.key().of(payload, context));
    }

    private Verdict call(Call call, MessageContext context) {
        try {
            return switch (run(call, context)) {
                case EFFECT -> {
                    events.consumed(context);
                    yield Verdict.DONE;
                }
                case DUPLICATE -> {
                    events.duplicateRefused(context, call.key());
                    yield Verdict.DONE;
                }
                case BUSY -> Verdict.LATER_UNCOUNTED;
            };
        } catch (Throwable thrown) {
            return failed(context, thrown, call.listener().notRetryable());
        }
    }

    /** On the route that the message asks for, where there is routing. */
    private OnceOnly.Outcome run(Call call, MessageContext context) throws Throwable {
        StoreLocator.Scope route = stores.enter(group.transactionManager(), context, call.payload());
        try {
            return onceOnly.run(
                    call.key(),
                    context.messageId(),
                    () -> call.listener().invoke(call.payload(), context),
                    () -> events.keyBusy(context, call.key()));
        } finally {
            leave(route, context);
        }
    }

    /** The transaction has ended, so this changes nothing for the message any more. */
    private static void leave(StoreLocator.Scope route, MessageContext context) {
        try {
            route.close();
        } catch (RuntimeException e) {
            log.warn(
                    "The StoreLocator's scope could not be closed after message '{}'; the thread may keep its route.",
                    LogText.of(context.messageId()),
                    e);
        }
    }

    private Verdict failed(MessageContext context, Throwable cause, Set<Class<? extends Throwable>> notRetryable) {
        return failures.attemptFailed(context, cause, notRetryable) ? Verdict.DEAD_LETTER : Verdict.LATER;
    }

    private record Call(ListenerMethod listener, Object payload, String key) {}

    /** How RocketMQ is to go on. */
    enum Verdict {
        /** Acknowledge. */
        DONE,
        /** Deliver again, with the next attempt's number. */
        LATER,
        /** Deliver again, with the same attempt's number. */
        LATER_UNCOUNTED,
        /** Move to the dead-letter queue. */
        DEAD_LETTER
    }
}
