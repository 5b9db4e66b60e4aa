package io.rmqtx.store;

import io.rmqtx.spi.Backlog.Knowledge;

/**
 * What the column {@code lease_owner} says. Positive: whose the row is until it is due; after that he may have sent it.
 * Zero and below: nobody's, with what is known of it. The odd ones have to wait until they are due; the even ones are due
 * for the sake of order only, and may be claimed as soon as their turn has come.
 */
final class ClaimCode {

    static final long NOT_SENT = 0;
    static final long PERHAPS_SENT = -2;
    static final long SEEN = -4;

    private ClaimCode() {}

    /** Nobody's, and free when its turn has come. */
    static long free(Knowledge knowledge) {
        return switch (knowledge) {
            case NOT_SENT -> NOT_SENT;
            case PERHAPS_SENT -> PERHAPS_SENT;
            case SEEN -> SEEN;
        };
    }

    /** Nobody's, and not to be tried before it is due. */
    static long waiting(Knowledge knowledge) {
        return free(knowledge) - 1;
    }

    /** Whether it may be claimed before it is due. */
    static boolean isFree(long code) {
        return code <= 0 && code % 2 == 0;
    }

    /** What is known of a row. */
    static Knowledge knowledge(long code) {
        if (code > 0 || code == PERHAPS_SENT || code == PERHAPS_SENT - 1) {
            return Knowledge.PERHAPS_SENT;
        }
        return code <= SEEN ? Knowledge.SEEN : Knowledge.NOT_SENT;
    }
}
