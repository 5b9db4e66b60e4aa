package io.rmqtx.relay;

import io.rmqtx.spi.Backlog.Claimed;
import io.rmqtx.spi.Backlog.Due;
import io.rmqtx.spi.Backlog.Limit;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims due rows, as fast as they can be sent: as long as it finds many it claims more at once; otherwise it sleeps until
 * the next row is due, or for the interval of the poll. While nothing at all can be sent it claims a few rows now and then,
 * to find out whether that is over, and leaves the rest of the backlog alone.
 */
final class Poller implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Poller.class);

    private static final int PROBE = 16;

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long PAUSE_AFTER_ERROR = TimeUnit.SECONDS.toNanos(1);

    private static final long LOOK_PAST_EACH = TimeUnit.SECONDS.toNanos(15);

    private static final long REST_AT_MOST = TimeUnit.SECONDS.toNanos(1);

    private static final long SAID_ONCE_IN = TimeUnit.MINUTES.toNanos(1);

    private final ReliableStores stores;
    private final Dispatch dispatch;
    private final Reconciler reconciler;
    private final KeyWorkers keyWorkers;
    private final Outcomes outcomes;
    private final TopicHealth health;
    private final RelayProperties properties;
    private final Budget budget;
    private final long owner;
    private volatile boolean stopping;
    private volatile boolean wanted;
    private volatile @Nullable Thread thread;
    private long lookedPastAt = System.nanoTime();
    private long errorSaidAt = System.nanoTime() - SAID_ONCE_IN;

    Poller(
            ReliableStores stores,
            Dispatch dispatch,
            Reconciler reconciler,
            KeyWorkers keyWorkers,
            Outcomes outcomes,
            TopicHealth health,
            RelayProperties properties,
            Budget budget,
            long owner) {
        this.stores = stores;
        this.dispatch = dispatch;
        this.reconciler = reconciler;
        this.keyWorkers = keyWorkers;
        this.outcomes = outcomes;
        this.health = health;
        this.properties = properties;
        this.budget = budget;
        this.owner = owner;
    }

    void wake() {
        wanted = true;
        LockSupport.unpark(thread);
    }

    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!stopping) {
            long pause;
            try {
                pause = poll();
            } catch (InterruptedException e) {
                return;
            } catch (Throwable e) { // whatever it is, the next poll may succeed
                sayError(e);
                pause = PAUSE_AFTER_ERROR;
            }
            if (pause > 0 && !wanted && !stopping) {
                LockSupport.parkNanos(this, pause);
            }
            wanted = false;
        }
    }

    private void sayError(Throwable e) {
        long now = System.nanoTime();
        if (now - errorSaidAt > SAID_ONCE_IN) {
            errorSaidAt = now;
            log.warn("The rows that are due cannot be read; trying again every second (said once a minute)", e);
        }
    }

    /** Claims once from every store; how long to pause then, in nanoseconds. */
    private long poll() throws InterruptedException {
        long now = System.nanoTime();
        boolean probing = health.isOutage(now);
        long rest = probing ? health.shortestRest(now) : 0;
        Set<String> except = Set.of();
        if (rest > 0) {
            if (now - lookedPastAt < LOOK_PAST_EACH) {
                return rest;
            }
            // Perhaps only what was tried lately is sick; seldom, for it reads past all the rest.
            lookedPastAt = now;
            except = health.resting(now);
            probing = false;
        }
        if (!budget.awaitHalf(TimeUnit.MILLISECONDS.toNanos(200))) {
            return 0; // woken now and then, to notice that we are to stop
        }
        boolean more = false;
        long nextDue = properties.poll().toNanos();
        for (ReliableStore store : stores.opened()) {
            int most = Math.min(properties.claimMessages(), budget.messagesLeft());
            int rows = probing ? Math.min(PROBE, most) : most;
            if (rows == 0) {
                return 0;
            }
            int found = claim(store, new Limit(rows, budget.bytesLeft()), except);
            if (found >= rows / 2 && found > 0) {
                more = true;
            } else {
                OptionalLong due = store.backlog().nextDue();
                if (due.isPresent()) {
                    nextDue = Math.min(nextDue, TimeUnit.MILLISECONDS.toNanos(due.getAsLong()));
                }
            }
        }
        return more && !probing ? 0 : Math.max(Math.max(SHORTEST_PAUSE, nextDue), Math.min(rest, REST_AT_MOST));
    }

    private int claim(ReliableStore store, Limit limit, Set<String> except) {
        long deadline = System.nanoTime() + leaseLessMargin().toNanos();
        Due due = store.backlog().claim(owner, properties.lease(), limit, except);
        for (Claimed row : due.rows()) {
            if (row.message() == null) {
                outcomes.unreadable(store, row, owner);
                continue;
            }
            budget.take(Parcel.bytesOf(row.message()));
            Parcel parcel = new Parcel(store, row.message(), owner, deadline, row.refusals(), budget);
            if (row.toBeAskedFor()) {
                reconciler.add(parcel, row.seen());
            } else if (health.rest(row.message().topic(), System.nanoTime()) > 0) {
                outcomes.notStored(List.of(parcel), "its topic could not be sent to a moment ago");
            } else {
                dispatch.add(parcel);
            }
        }
        due.orderKeys().forEach(key -> keyWorkers.due(store, key));
        return due.rows().size() + due.orderKeys().size();
    }

    private Duration leaseLessMargin() {
        return properties.lease().minus(properties.margin());
    }
}
