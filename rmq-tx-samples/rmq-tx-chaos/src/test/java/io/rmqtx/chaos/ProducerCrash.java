package io.rmqtx.chaos;

import static io.rmqtx.chaos.service.CrashPoint.AFTER_BEGIN;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_BUSINESS;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_COMMIT;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_END;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_HALF;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_MARK;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_ROLLBACK;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_ROW;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_BEGIN;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_BUSINESS;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_COMMIT;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_END;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_HALF;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_MARK;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_ROLLBACK;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_ROW;
import static io.rmqtx.chaos.service.CrashPoint.END_UNDER_WAY;
import static io.rmqtx.chaos.service.CrashPoint.WITHIN_BUSINESS;

import io.rmqtx.chaos.service.CrashPoint;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The death of a sending process.
 *
 * @param call how the service was called
 * @param point where it dies
 */
record ProducerCrash(Call call, CrashPoint point) {

    static final Map<Call, List<CrashPoint>> POINTS = new EnumMap<>(Map.of(
            Call.EARLY,
            List.of(
                    BEFORE_HALF,
                    AFTER_HALF,
                    BEFORE_BEGIN,
                    AFTER_BEGIN,
                    BEFORE_ROW,
                    AFTER_ROW,
                    BEFORE_BUSINESS,
                    WITHIN_BUSINESS,
                    AFTER_BUSINESS,
                    BEFORE_COMMIT,
                    AFTER_COMMIT,
                    BEFORE_END,
                    END_UNDER_WAY,
                    AFTER_END,
                    BEFORE_MARK,
                    AFTER_MARK),
            // Where it differs: before the half message nothing is with the broker, and the row comes first.
            Call.JOINED,
            List.of(AFTER_BEGIN, AFTER_ROW, AFTER_BUSINESS, BEFORE_HALF, AFTER_HALF, BEFORE_COMMIT, AFTER_COMMIT),
            // Where it differs: it ends in a roll-back.
            Call.REFUSED,
            List.of(BEFORE_ROLLBACK, AFTER_ROLLBACK, BEFORE_END, END_UNDER_WAY, AFTER_END)));

    /** The local transaction has committed. */
    private static final Set<CrashPoint> COMMITTED =
            Set.of(AFTER_COMMIT, BEFORE_END, END_UNDER_WAY, AFTER_END, BEFORE_MARK, AFTER_MARK);

    /** The broker has been told, or may have been: it asks nobody, or perhaps nobody. */
    private static final Set<CrashPoint> TOLD = Set.of(END_UNDER_WAY, AFTER_END, BEFORE_MARK, AFTER_MARK);

    /** One for each way in which a death ends: nothing there, fenced, committed and to be asked for, told, marked. */
    private static final Set<ProducerCrash> ALWAYS = Set.of(
            new ProducerCrash(Call.EARLY, BEFORE_HALF),
            new ProducerCrash(Call.EARLY, AFTER_ROW),
            new ProducerCrash(Call.EARLY, AFTER_COMMIT),
            new ProducerCrash(Call.EARLY, END_UNDER_WAY),
            new ProducerCrash(Call.EARLY, AFTER_MARK),
            new ProducerCrash(Call.JOINED, AFTER_HALF),
            new ProducerCrash(Call.JOINED, AFTER_COMMIT),
            new ProducerCrash(Call.REFUSED, AFTER_ROLLBACK));

    /** In the full tier every point for each kind of call. */
    static Stream<ProducerCrash> ofThisTier() {
        return all().filter(crash -> Tier.FULL || ALWAYS.contains(crash));
    }

    /** All of them, in the order in which a call comes by. */
    static Stream<ProducerCrash> all() {
        return POINTS.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(point -> new ProducerCrash(entry.getKey(), point)));
    }

    /** Whether the local transaction has committed. */
    boolean commits() {
        return call != Call.REFUSED && COMMITTED.contains(point);
    }

    /** Waits until what the dead process began is finished, or nothing of it is left. */
    void awaitFate(Money money, ServiceProcess dead) {
        String messageId = dead.find("SENT").orElse("");
        boolean asked = !messageId.isEmpty() && !TOLD.contains(point);
        if (asked) {
            money.awaitStatus(messageId, commits() ? "PUBLISHED" : "ABORTED");
        }
        if (commits()) {
            money.awaitArrived();
        } else {
            money.assertNothing();
        }
    }

    @Override
    public String toString() {
        return call + ", " + point;
    }
}
