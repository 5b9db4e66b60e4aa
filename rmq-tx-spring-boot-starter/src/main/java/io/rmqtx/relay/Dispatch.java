package io.rmqtx.relay;

import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.MessageTransport.Result;
import io.rmqtx.spi.MessageTransport.SendOutcome;
import io.rmqtx.spi.OutgoingMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends everything that needs no order. One thread keeps a lane for each topic, sends what waits there together, several
 * sends of a topic at a time, and never waits for an answer. What it is given it either has acknowledged, or hands to the
 * {@link Outcomes}.
 */
final class Dispatch implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

    private static final int MANY = 1024;

    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(5);

    /** While something waits. */
    private static final long LATE_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

    private record Answer(Lane lane, List<Parcel> parcels, SendOutcome outcome) {}

    private final MessageTransport transport;
    private final TopicHealth health;
    private final Outcomes outcomes;
    private final RelayProperties properties;
    private final Queue<Object> inbox = new ConcurrentLinkedQueue<>();
    private final Map<String, Lane> lanes = new HashMap<>();
    private volatile boolean stopping;
    private volatile boolean pausing;
    private volatile @Nullable Thread thread;

    Dispatch(MessageTransport transport, TopicHealth health, Outcomes outcomes, RelayProperties properties) {
        this.transport = transport;
        this.health = health;
        this.outcomes = outcomes;
        this.properties = properties;
    }

    /** Never blocks. */
    void add(Parcel parcel) {
        inbox.add(parcel);
        wake();
    }

    private void wake() {
        if (pausing) {
            LockSupport.unpark(thread);
        }
    }

    /** Ends the thread; what has not been sent stays in its table. */
    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!stopping) {
            try {
                boolean idle = takeIn() == 0;
                long pause = sendAll(System.nanoTime());
                if (idle) {
                    pause(pause);
                }
            } catch (Throwable e) { // whatever it is, the others are to be sent
                log.error("A message could not be dispatched; it is found in its table later", e);
            }
        }
        int unused = takeIn();
        lanes.values().forEach(lane -> outcomes.notSent(lane.removeAll()));
    }

    private void pause(long nanos) {
        pausing = true;
        if (inbox.isEmpty() && !stopping) {
            LockSupport.parkNanos(this, nanos);
        }
        pausing = false;
    }

    private int takeIn() {
        int taken = 0;
        while (taken < MANY) {
            Object next = inbox.poll();
            if (next == null) {
                break;
            }
            taken++;
            if (next instanceof Parcel parcel) {
                lanes.computeIfAbsent(parcel.message().topic(), Lane::new).add(parcel);
            } else if (next instanceof Answer answer) {
                answered(answer);
            }
        }
        return taken;
    }

    /** Sends what can be sent; the time until more can. */
    private long sendAll(long now) {
        long pause = LONGEST_PAUSE;
        for (Lane lane : lanes.values()) {
            if (lane.isEmpty()) {
                continue;
            }
            List<Parcel> late = lane.removeLate(now);
            if (!late.isEmpty()) {
                outcomes.notSent(late);
            }
            long rest = health.rest(lane.topic(), now);
            pause = Math.min(pause, LATE_PAUSE);
            if (rest > 0) {
                pause = Math.min(pause, rest);
            } else {
                pause = Math.min(pause, send(lane));
            }
        }
        return pause;
    }

    /** Sends what can be sent; the time until more can, as far as no answer comes. */
    private long send(Lane lane) {
        int atOnce = health.isSick(lane.topic()) ? 1 : properties.sendsUnderWay();
        while (lane.underWay() < atOnce) {
            long now = System.nanoTime();
            long wait = lane.gathersFor(now);
            if (wait > 0) {
                return wait;
            }
            List<Parcel> batch = lane.nextBatch(
                    properties.batchMessages(), properties.batchSize().toBytes(), now);
            if (batch.isEmpty()) {
                break;
            }
            lane.sent(now);
            send(lane, batch);
        }
        return LONGEST_PAUSE;
    }

    private void send(Lane lane, List<Parcel> batch) {
        List<OutgoingMessage> messages = new ArrayList<>(batch.size());
        List<String> storeIds = new ArrayList<>(batch.size());
        for (Parcel parcel : batch) {
            messages.add(parcel.message());
            storeIds.add(parcel.store().id());
        }
        try {
            var unused = transport
                    .send(messages, storeIds, properties.sendTimeout())
                    .whenComplete((outcome, failure) -> {
                        inbox.add(new Answer(lane, batch, failure == null ? outcome : unknown(failure)));
                        wake();
                    });
        } catch (RuntimeException e) { // a transport that breaks its promise
            inbox.add(new Answer(lane, batch, unknown(e)));
        }
    }

    private static SendOutcome unknown(Throwable failure) {
        return new SendOutcome(Result.UNKNOWN, failure.toString());
    }

    private void answered(Answer answer) {
        Lane lane = answer.lane();
        List<Parcel> parcels = answer.parcels();
        String reason = answer.outcome().reason();
        long now = System.nanoTime();
        lane.answered();
        switch (answer.outcome().result()) {
            case ACKNOWLEDGED -> {
                health.succeeded(lane.topic(), now);
                outcomes.acknowledged(parcels);
            }
            case NOT_STORED -> {
                health.failed(lane.topic(), now);
                outcomes.failing(lane.topic(), Outcomes.ids(parcels), reason);
                keepFresh(lane, parcels, reason);
            }
            case STORED_UNSAFELY -> {
                health.succeeded(lane.topic(), now);
                outcomes.perhapsSent(parcels, reason);
            }
            case UNKNOWN -> {
                health.failed(lane.topic(), now);
                outcomes.failing(lane.topic(), Outcomes.ids(parcels), reason);
                outcomes.perhapsSent(parcels, reason);
                giveClaimedBack(lane, reason);
            }
            case REFUSED -> refused(lane, parcels, reason);
        }
    }

    /** New messages are tried again from memory, as long as they are ours; rows go back to their table. */
    private void keepFresh(Lane lane, List<Parcel> parcels, String reason) {
        lane.addFirst(parcels);
        giveClaimedBack(lane, reason);
    }

    private void giveClaimedBack(Lane lane, String reason) {
        List<Parcel> claimed = lane.removeClaimed();
        if (!claimed.isEmpty()) {
            outcomes.notStored(claimed, reason);
        }
    }

    /** Of several, one may have spoilt it for all: each is sent by itself, and those that are good pass. */
    private void refused(Lane lane, List<Parcel> parcels, String reason) {
        if (parcels.size() == 1) {
            outcomes.refused(parcels.get(0), reason);
        } else {
            parcels.forEach(Parcel::setAlone);
            lane.addFirst(parcels);
        }
    }
}
