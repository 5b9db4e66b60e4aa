package io.rmqtx.chaos.service;

import io.rmqtx.spi.CheckBackHandler;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which check-backs this process answers. By default all; a process that loses its own ends answers those for its own
 * messages only, and one that holds back answers what it was told to.
 */
final class CheckBacks {

    @SuppressWarnings("ThreadLocalUsage") // whether this thread answers a check-back
    private static final ThreadLocal<Boolean> ANSWERING = ThreadLocal.withInitial(() -> false);

    private static final Set<String> OWN = ConcurrentHashMap.newKeySet();
    private static final Set<String> RELEASED = ConcurrentHashMap.newKeySet();
    private static volatile boolean loseOwnEnds;
    private static volatile boolean holdBack;

    private CheckBacks() {}

    /** From now on the ends of the process's own calls are lost, and only its own messages are answered for. */
    static void loseOwnEnds() {
        loseOwnEnds = true;
    }

    /** From now on only released messages are answered for. */
    static void holdBack() {
        holdBack = true;
    }

    static void release(String messageId) {
        RELEASED.add(messageId);
    }

    static void sent(String messageId) {
        OWN.add(messageId);
        Lines.say("SENT " + messageId);
    }

    /** Whether this end never reaches the broker. */
    static boolean loses(HalfMessage half, Decision decision) {
        if (loseOwnEnds && !isAnswering()) {
            Lines.say("LOST " + decision + " " + half.messageId());
            return true;
        }
        return false;
    }

    static boolean isAnswering() {
        return ANSWERING.get();
    }

    static CheckBackHandler wrap(CheckBackHandler real) {
        return check -> {
            String id = check.half().messageId();
            boolean answers = holdBack ? RELEASED.contains(id) : !loseOwnEnds || OWN.contains(id);
            if (answers) {
                ANSWERING.set(true);
                try {
                    real.check(check);
                } finally {
                    ANSWERING.remove();
                }
            }
        };
    }
}
