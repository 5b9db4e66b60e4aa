package io.rmqtx.chaos;

/** How much is run. */
final class Tier {

    static final boolean FULL = Boolean.getBoolean("rmqtx.test.full");

    private Tier() {}
}
