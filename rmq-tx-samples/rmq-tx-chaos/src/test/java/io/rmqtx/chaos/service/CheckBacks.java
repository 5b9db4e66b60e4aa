package io.rmqtx.chaos.service;

import io.rmqtx.spi.CheckBackHandler;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;

/** Which check-backs this process answers. By default all; a process that loses its own ends, those for its own messages. */
final class CheckBacks {

    @SuppressWarnings("ThreadLocalUsage") // whether this thread answers a check-back
    private static final ThreadLocal<Boolean> ANSWERING = ThreadLocal.withInitial(() -> false);

    private static volatile boolean loseOwnEnds;

    private CheckBacks() {}

    /** From now on the ends of the process's own calls are lost, and only its own messages are answered for. */
    static void loseOwnEnds() {
        loseOwnEnds = true;
    }

    static void sent(String messageId) {
        Lines.say("SENT " + messageId); // first, as the process may die of answering for it
        OwnMessages.add(messageId);
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
        return new Hooked(real);
    }

    private record Hooked(CheckBackHandler real) implements CheckBackHandler {

        @Override
        public void check(CheckBack check) {
            if (!loseOwnEnds || OwnMessages.contains(check.half().messageId())) {
                ANSWERING.set(true);
                try {
                    real.check(check);
                } finally {
                    ANSWERING.remove();
                }
            }
        }

        @Override
        public void dropped(CheckBack check) {
            real.dropped(check);
        }

        @Override
        public void repeated(CheckBack check) {
            real.repeated(check);
        }
    }
}
