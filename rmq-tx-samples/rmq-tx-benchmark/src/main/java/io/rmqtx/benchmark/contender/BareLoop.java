package io.rmqtx.benchmark.contender;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.common.message.Message;

/**
 * What RocketMQ's producer can send in a loop of one thread, from memory: no database, no row, nothing to be marked. As
 * a backlog it is the bound that a relay is measured by.
 */
public abstract class BareLoop implements Backlog {

    private final PlainSender sender;
    private final byte[] body;
    private final int batch;
    private long left;

    private BareLoop(Setup setup, int batch) throws Exception {
        this.sender = new PlainSender(setup);
        this.body = new ObjectMapper().writeValueAsBytes(Purchase.of("bare", 1, setup.bytes()));
        this.batch = batch;
    }

    /** One message in a request. */
    public static final class Single extends BareLoop {

        /** Starts the producer. */
        public Single(Setup setup) throws Exception {
            super(setup, 1);
        }
    }

    /** As many in a request as rmq-tx's relay puts there at most. */
    public static final class Batched extends BareLoop {

        private static final int BATCH = 128;

        /** Starts the producer. */
        public Batched(Setup setup) throws Exception {
            super(setup, BATCH);
        }
    }

    @Override
    public void fill(long messages, long history) {
        left = messages;
    }

    /** Returns when the last one is acknowledged. */
    @Override
    public void deliver() throws Exception {
        for (; left > 0; left -= Math.min(batch, left)) {
            if (batch == 1) {
                sender.send("purchase-" + left, body);
            } else {
                sender.send(next());
            }
        }
    }

    private List<Message> next() {
        List<Message> messages = new ArrayList<>(batch);
        for (long number = left; number > Math.max(0, left - batch); number--) {
            messages.add(sender.message("purchase-" + number, body));
        }
        return messages;
    }

    @Override
    public boolean isSettled() {
        return left == 0;
    }

    @Override
    public void clear() {
        // has no tables
    }

    @Override
    public void close() {
        sender.close();
    }
}
