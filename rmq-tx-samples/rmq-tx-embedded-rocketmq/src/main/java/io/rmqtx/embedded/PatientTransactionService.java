package io.rmqtx.embedded;

import java.util.Collection;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.broker.transaction.queue.MessageQueueOpContext;
import org.apache.rocketmq.broker.transaction.queue.TransactionalMessageBridge;
import org.apache.rocketmq.broker.transaction.queue.TransactionalMessageServiceImpl;

/**
 * Lets the thread that marks ended transactions sleep when there are none.
 *
 * <p>RocketMQ 5.5.0 reckons the next time from the last write of the queue that was idle longest. Once that is longer
 * ago than the interval, the time lies in the past for ever, and the thread spins a whole core.
 */
final class PatientTransactionService extends TransactionalMessageServiceImpl {

    private final BrokerController broker;

    private PatientTransactionService(BrokerController broker) {
        super(new TransactionalMessageBridge(broker, broker.getMessageStore()));
        this.broker = broker;
    }

    /** Between the broker's initialisation and its start. */
    static void install(BrokerController broker) {
        broker.getTransactionalMessageService().close();
        broker.setTransactionalMessageService(new PatientTransactionService(broker));
    }

    @Override
    @SuppressWarnings("NullAway") // called by a thread that the super constructor starts, before the field is set
    public long batchSendOpMessage() {
        super.batchSendOpMessage();
        long now = System.currentTimeMillis();
        if (broker == null) {
            return now + 1;
        }
        long interval = broker.getBrokerConfig().getTransactionOpBatchInterval();
        int maxSize = broker.getBrokerConfig().getTransactionOpMsgMaxSize();
        return nextTime(getDeleteContext().values(), now, interval, maxSize);
    }

    private static long nextTime(Collection<MessageQueueOpContext> queues, long now, long interval, int maxSize) {
        long next = now + interval;
        for (MessageQueueOpContext queue : queues) {
            int waiting = queue.getTotalSize().get();
            if (waiting >= maxSize) {
                return now;
            }
            if (waiting > 0) {
                next = Math.min(next, queue.getLastWriteTimestamp() + interval);
            }
        }
        // At least one millisecond: a queue whose size and content disagree for an instant must not start a spin.
        return Math.max(next, now + 1);
    }
}
