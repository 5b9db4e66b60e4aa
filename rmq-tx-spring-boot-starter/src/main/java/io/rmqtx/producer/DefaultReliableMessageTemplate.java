package io.rmqtx.producer;

import io.rmqtx.HalfMessageTiming;
import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageIds;
import io.rmqtx.MessageMode;
import io.rmqtx.NewMessage;
import io.rmqtx.ReliableMessageTemplate;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.interceptor.DefaultTransactionAttribute;

/** The same steps as the annotation's, without advice. */
final class DefaultReliableMessageTemplate implements ReliableMessageTemplate {

    private static final String SEND = "ReliableMessageTemplate.send()";
    private static final String EXECUTE = "ReliableMessageTemplate.execute()";

    private final MessageFactory factory;
    private final ReliableStores stores;
    private final HalfMessageStep outer;
    private final TransactionLogStep inner;
    private final Supplier<Set<String>> topics;
    private final String transactionManager;
    private final MessageMode mode;
    private final CallSettings sending;
    private final CallSettings executing;

    /**
     * A template.
     *
     * @param topics the topics that the producer is registered with
     * @param transactionManager the manager's bean name; empty for the only or the primary one
     * @param mode how its messages get to the broker
     */
    DefaultReliableMessageTemplate(
            MessageFactory factory,
            ReliableStores stores,
            HalfMessageStep outer,
            TransactionLogStep inner,
            Supplier<Set<String>> topics,
            String transactionManager,
            MessageMode mode) {
        this.factory = factory;
        this.stores = stores;
        this.outer = outer;
        this.inner = inner;
        this.topics = topics;
        this.transactionManager = transactionManager;
        this.mode = mode;
        this.sending = settings(SEND);
        this.executing = settings(EXECUTE);
    }

    private CallSettings settings(String name) {
        DefaultTransactionAttribute attribute = new DefaultTransactionAttribute();
        attribute.setName(name);
        return new CallSettings(name, transactionManager, false, attribute, mode, HalfMessageTiming.AUTO, false);
    }

    @Override
    public List<String> send(List<NewMessage> messages) {
        check(messages);
        ReliableStore store = stores.forTransactionManager(transactionManager);
        if (!HalfMessageStep.joins(sending, store)) {
            throw new IllegalTransactionStateException(SEND + " needs an active transaction of its transaction manager,"
                    + " and there is none. Call it from a @Transactional method, or use execute(), which opens one."
                    + " Nothing was written.");
        }
        MessageCall call = new MessageCall(sending, store, true, unused -> create(messages));
        call.makeMessages(null);
        inner.join(call);
        MessageIds.add(call.messageIds());
        return call.messageIds();
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // what the business code returns and throws is all that comes back
    public <T extends @Nullable Object, E extends Exception> T execute(
            List<NewMessage> messages, Business<T, E> business) throws E {
        check(messages);
        try {
            return (T) outer.around(
                    executing, unused -> create(messages), call -> inner.around(call, same -> business.run()));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw (E) e;
        }
    }

    private List<OutgoingMessage> create(List<NewMessage> messages) {
        return messages.stream().map(factory::create).toList();
    }

    private void check(List<NewMessage> messages) {
        for (NewMessage message : messages) {
            if (mode == MessageMode.TRANSACTIONAL && (message.orderKey() != null || message.deliveryTime() != null)) {
                throw new InvalidMessageException("A message to topic '" + message.topic() + "' has "
                        + (message.orderKey() != null ? "an order key" : "a delay")
                        + ", which RocketMQ cannot combine with half messages. Send it by the template's outbox()."
                        + " Nothing was written.");
            }
            if (!topics.get().contains(message.topic())) {
                throw new InvalidMessageException("Topic '" + message.topic()
                        + "' is not known: no annotated method names it, and it is not listed in"
                        + " [rmq-tx.producer.topics]. Add it there, so that the broker can ask this application about its"
                        + " messages also after a restart. Nothing was written.");
            }
        }
    }

    @Override
    public ReliableMessageTemplate outbox() {
        return new DefaultReliableMessageTemplate(
                factory, stores, outer, inner, topics, transactionManager, MessageMode.OUTBOX);
    }

    @Override
    public ReliableMessageTemplate withTransactionManager(String beanName) {
        return new DefaultReliableMessageTemplate(factory, stores, outer, inner, topics, beanName, mode);
    }
}
