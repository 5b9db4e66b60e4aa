package io.rmqtx.benchmark.contender;

import java.util.List;
import org.apache.rocketmq.common.message.Message;

/**
 * As {@link HandWrittenAcknowledged}, with all that rmq-tx writes: the message says its id, store, type and content type
 * and has the id as a second key, and the row has the database's times, which refuse an id that is too old. What rmq-tx
 * takes beside this one is the price of its code; what this one takes beside the others is the price of the promises.
 */
public final class HandWrittenInFull extends HandWrittenAcknowledged {

    /** Creates the tables, and starts the producer. */
    public HandWrittenInFull(Setup setup) throws Exception {
        super(setup);
    }

    @Override
    void complete(Message message, String id, Purchase purchase) {
        message.putUserProperty("store", "default");
        message.putUserProperty("type", Purchase.class.getName());
        message.putUserProperty("content_type", "application/json");
        message.putUserProperty("key", purchase.id());
        message.setKeys(List.of(id, purchase.id()));
    }

    @Override
    void insert(HandWrittenLog log, String id, Message message, Purchase purchase) {
        log.insertByItsClock(id, purchase.id(), message, Purchase.class);
    }

    @Override
    void mark(HandWrittenLog log, List<String> ids) {
        log.markPublishedByItsClock(ids);
    }
}
