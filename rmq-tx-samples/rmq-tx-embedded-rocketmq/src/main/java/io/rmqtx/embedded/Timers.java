package io.rmqtx.embedded;

import java.time.Duration;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.queue.ConsumeQueueInterface;
import org.apache.rocketmq.store.timer.TimerMessageStore;
import org.jspecify.annotations.Nullable;

/**
 * The timer messages of one run of a broker, and what keeps them whole.
 *
 * <ul>
 *   <li>RocketMQ 5.5.0 begins to sort waiting messages in before it knows that it is to deliver them, and so loses one
 *       that became due while it was stored but not yet sorted in. Here the former waits for the latter.
 *   <li>It frees the wheel's memory, in which waiting messages are sorted, while messages still arrive; one that looks
 *       there ends the JVM. Here they are refused as soon as the broker stops.
 * </ul>
 */
final class Timers {

    private final DefaultMessageStore messages;
    private final TimerMessageStore timers;
    private final TimerGate gate;

    private Timers(DefaultMessageStore messages, TimerMessageStore timers) {
        this.messages = messages;
        this.timers = timers;
        this.gate = TimerGate.install(messages);
    }

    /** Between the load of the store and its start; null if timer messages are off. */
    static @Nullable Timers install(DefaultMessageStore messages) {
        TimerMessageStore timers = messages.getTimerMessageStore();
        if (timers == null) {
            return null;
        }
        messages.getMessageStoreConfig().setTimerStopEnqueue(true);
        return new Timers(messages, timers);
    }

    /** When the broker has started. */
    void started() {
        messages.getMessageStoreConfig().setTimerStopEnqueue(false);
    }

    /** Before the broker stops. */
    void stopping() {
        gate.close();
    }

    /**
     * Writes how far the delivery is, with every message sorted in that was acknowledged before, for else it would be so
     * twice after a power cut.
     *
     * @return the end of the log of waiting messages that goes with it
     */
    long flush() {
        boolean unused = Waiting.isMet(
                Duration.ofSeconds(5),
                () -> messages.dispatchBehindBytes() <= 0 && timers.getCommitQueueOffset() >= waitingEnd());
        timers.prepareTimerCheckPoint();
        timers.getTimerCheckpoint().flush();
        return logEnd();
    }

    long logEnd() {
        return timers.getTimerLog().getMappedFileQueue().getMaxOffset();
    }

    private long waitingEnd() {
        ConsumeQueueInterface waiting = messages.getConsumeQueue(TimerMessageStore.TIMER_TOPIC, 0);
        return waiting == null ? 0 : waiting.getMaxOffsetInQueue();
    }
}
