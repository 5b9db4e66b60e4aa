package io.rmqtx.embedded;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Faults that strike requests as they reach the broker, and counters of those requests.
 *
 * <p>Every switch takes the number of requests that it hits, {@link #ALWAYS} for all until {@link #reset()}, 0 to
 * switch it off; setting it again replaces the number. Where several would hit one request, one does: the first of
 * drop, refuse, drop the answer, delay, deliver twice. The others are not used up. Faults survive a restart of the broker. A request that is being delayed when the broker stops is
 * lost. Threads of the broker never sleep for a fault, so one delayed request does not hold up another.
 *
 * <p>The counters count every request that arrives, also those that a fault then drops or refuses.
 */
public final class FaultSwitches {

    /** Until {@link #reset()}. */
    public static final int ALWAYS = Integer.MAX_VALUE;

    final Occurrences endTransactionDrops = new Occurrences();
    final Occurrences endTransactionAnswerDrops = new Occurrences();
    final Occurrences endTransactionDelays = new Occurrences();
    final Occurrences sendDrops = new Occurrences();
    final Occurrences sendFailures = new Occurrences();
    final Occurrences sendAnswerDrops = new Occurrences();
    final Occurrences sendDelays = new Occurrences();
    final Occurrences sendDoublings = new Occurrences();
    final Occurrences checkDrops = new Occurrences();
    final Occurrences queryFailures = new Occurrences();
    final Occurrences queryDrops = new Occurrences();

    final AtomicInteger endTransactions = new AtomicInteger();
    final AtomicInteger commits = new AtomicInteger();
    final AtomicInteger rollbacks = new AtomicInteger();
    final AtomicInteger sends = new AtomicInteger();
    final AtomicInteger halfSends = new AtomicInteger();
    final AtomicInteger queries = new AtomicInteger();
    final AtomicInteger checks = new AtomicInteger();

    private static final Occurrences NONE = new Occurrences();

    private final Map<String, Occurrences> sendFailuresByTopic = new ConcurrentHashMap<>();
    private volatile boolean commitsOnly;

    FaultSwitches() {}

    /** COMMIT and ROLLBACK requests are lost before they are executed; no answer. */
    public void dropEndTransaction(int times) {
        endTransactionDrops.arm(times);
    }

    /** COMMIT and ROLLBACK requests are executed, and their answers are lost. (One-way requests have no answer.) */
    public void dropEndTransactionAnswer(int times) {
        endTransactionAnswerDrops.arm(times);
    }

    /** COMMIT and ROLLBACK requests are executed, and answered, that much later. */
    public void delayEndTransaction(Duration delay, int times) {
        endTransactionDelays.arm(times, delay);
    }

    /** Limits the three switches for ending a transaction to COMMIT requests; a ROLLBACK then passes and uses none up. */
    public void commitsOnly(boolean only) {
        commitsOnly = only;
    }

    /** Sends, half messages and batches included, are lost before anything is stored; no answer. */
    public void dropSends(int times) {
        sendDrops.arm(times);
    }

    /**
     * Sends, half messages and batches included, are refused with that response code of
     * {@code org.apache.rocketmq.remoting.protocol.ResponseCode}. Nothing is stored. The stock client tries some codes
     * (SYSTEM_ERROR = 1 and SERVICE_NOT_AVAILABLE = 14 among them) again by itself, which uses up more than one.
     */
    public void failSends(int responseCode, int times) {
        sendFailures.arm(times, responseCode);
    }

    /**
     * As {@link #failSends}, for sends to that topic only; sends to others pass, and use none up. Half messages are sent
     * to their own topic in this sense, what a consumer sends back for a retry is not. Each topic has a number and a
     * response code of its own, and all of them come before those of {@link #failSends}, which stay as they are.
     */
    public void failSendsTo(String topic, int responseCode, int times) {
        sendFailuresByTopic.computeIfAbsent(topic, name -> new Occurrences()).arm(times, responseCode);
    }

    /** Sends are stored, and their answers are lost: the sender runs into its time-out. */
    public void dropSendAnswers(int times) {
        sendAnswerDrops.arm(times);
    }

    /** Sends are stored, and answered, that much later: a slow or frozen broker. */
    public void delaySends(Duration delay, int times) {
        sendDelays.arm(times, delay);
    }

    /**
     * Each message that is sent, or batch, is stored a second time in the same queue, with the same id and properties, so
     * that every consumer group gets it twice; the sender gets the one answer that belongs to the later copy. Half
     * messages pass untouched and use none up.
     */
    public void deliverTwice(int times) {
        sendDoublings.arm(times);
    }

    /**
     * Check-backs are lost on the way to the producer. The broker counts them as made, so that too many of them have it
     * give the half message up.
     */
    public void dropChecks(int times) {
        checkDrops.arm(times);
    }

    /**
     * Look-ups by key or by id are answered with SERVICE_NOT_AVAILABLE. (The stock client reports that for a look-up by
     * key as "no message".)
     */
    public void queryUnavailable(int times) {
        queryFailures.arm(times);
    }

    /** Look-ups by key or by id get no answer at all. */
    public void dropQueries(int times) {
        queryDrops.arm(times);
    }

    /** END_TRANSACTION requests since the start or the last reset: COMMIT, ROLLBACK and UNKNOWN. */
    public int seenEndTransactions() {
        return endTransactions.get();
    }

    /** END_TRANSACTION requests with COMMIT since the start or the last reset. */
    public int seenCommits() {
        return commits.get();
    }

    /** END_TRANSACTION requests with ROLLBACK since the start or the last reset. */
    public int seenRollbacks() {
        return rollbacks.get();
    }

    /** Send requests since the start or the last reset, half messages included; a batch is one. */
    public int seenSends() {
        return sends.get();
    }

    /** Half messages among the send requests since the start or the last reset. */
    public int seenHalfSends() {
        return halfSends.get();
    }

    /** Look-ups by key or by id since the start or the last reset. */
    public int seenQueries() {
        return queries.get();
    }

    /** Check-backs that the broker set out to make since the start or the last reset, dropped ones included. */
    public int seenChecks() {
        return checks.get();
    }

    /** Switches every fault off and sets the counters to 0. What is already being delayed stays so. */
    public void reset() {
        List.of(
                        endTransactionDrops,
                        endTransactionAnswerDrops,
                        endTransactionDelays,
                        sendDrops,
                        sendFailures,
                        sendAnswerDrops,
                        sendDelays,
                        sendDoublings,
                        checkDrops,
                        queryFailures,
                        queryDrops)
                .forEach(fault -> fault.arm(0));
        sendFailuresByTopic.values().forEach(fault -> fault.arm(0));
        commitsOnly = false;
        List.of(endTransactions, commits, rollbacks, sends, halfSends, queries, checks)
                .forEach(counter -> counter.set(0));
    }

    Occurrences sendFailuresTo(String topic) {
        return sendFailuresByTopic.getOrDefault(topic, NONE);
    }

    boolean hitsRollbacks() {
        return !commitsOnly;
    }
}
