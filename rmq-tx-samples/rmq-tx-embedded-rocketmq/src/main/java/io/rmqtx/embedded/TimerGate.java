package io.rmqtx.embedded;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.rocketmq.broker.util.HookUtils;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageExtBrokerInner;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.PutMessageResult;
import org.apache.rocketmq.store.PutMessageStatus;
import org.apache.rocketmq.store.hook.PutMessageHook;
import org.jspecify.annotations.Nullable;

/** Stands before the step of storing a message that looks at the timer wheel, and refuses timer messages once closed. */
final class TimerGate implements PutMessageHook {

    private static final String STEP = "handleScheduleMessage";

    private final PutMessageHook real;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    TimerGate(PutMessageHook real) {
        this.real = real;
    }

    static TimerGate install(DefaultMessageStore store) {
        var steps = store.getPutMessageHookList();
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).hookName().equals(STEP)) {
                TimerGate gate = new TimerGate(steps.get(i));
                steps.set(i, gate);
                return gate;
            }
        }
        throw new EmbeddedRocketMqException("this version of RocketMQ is not supported: its store has no step '" + STEP
                + "'; put rocketmq-broker 5.5.0 on the class path");
    }

    @Override
    public String hookName() {
        return STEP;
    }

    @Override
    @SuppressWarnings("NullAway") // null means to go on, which the broker's interface does not say
    public @Nullable PutMessageResult executeBeforePutMessage(MessageExt message) {
        lock.readLock().lock();
        try {
            if (closed && message instanceof MessageExtBrokerInner inner && HookUtils.checkIfTimerMessage(inner)) {
                return new PutMessageResult(PutMessageStatus.SERVICE_NOT_AVAILABLE, null);
            }
            return real.executeBeforePutMessage(message);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Returns when no thread is at the wheel any more. */
    void close() {
        lock.writeLock().lock();
        try {
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
