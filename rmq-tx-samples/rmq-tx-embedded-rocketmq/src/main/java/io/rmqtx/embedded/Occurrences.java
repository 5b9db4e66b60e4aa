package io.rmqtx.embedded;

import java.time.Duration;

/** How many more times one fault is to strike, with the delay or response code that goes with it. */
final class Occurrences {

    private int left;
    private Duration delay = Duration.ZERO;
    private int responseCode;

    synchronized void arm(int times) {
        if (times < 0) {
            throw new IllegalArgumentException("times must not be negative but is " + times + "; use 0 to switch off");
        }
        left = times;
    }

    synchronized void arm(int times, Duration newDelay) {
        if (newDelay.isNegative()) {
            throw new IllegalArgumentException("the delay must not be negative but is " + newDelay);
        }
        arm(times);
        delay = newDelay;
    }

    synchronized void arm(int times, int newResponseCode) {
        arm(times);
        responseCode = newResponseCode;
    }

    /** Uses one occurrence up, if one is left. */
    synchronized boolean strike() {
        if (left == 0) {
            return false;
        }
        if (left != FaultSwitches.ALWAYS) {
            left--;
        }
        return true;
    }

    synchronized Duration delay() {
        return delay;
    }

    synchronized int responseCode() {
        return responseCode;
    }
}
