package io.rmqtx.demo.watch;

/** What can happen to a message, in the order of cause and effect, which reports on two threads may not keep. */
public enum Step {
    /** The broker has the half message. */
    HALF_MESSAGE("half message", Tone.GOOD),
    /** The broker did not take the half message. */
    NOT_SENT("not sent", Tone.BAD),
    /** Order and log row committed. */
    ORDER_WRITTEN("order written", Tone.GOOD),
    /** Order and log row rolled back. */
    ROLLED_BACK("rolled back", Tone.BAD),
    /** The COMMIT did not arrive, or its answer did not. */
    COMMIT_LOST("commit lost", Tone.BAD),
    /** The broker asked back. */
    CHECK_BACK("check-back", Tone.WAITING),
    /** The broker acknowledged the COMMIT. */
    VISIBLE("visible", Tone.GOOD),
    /** The listener failed. */
    ATTEMPT_FAILED("attempt failed", Tone.BAD),
    /** Points granted. */
    CONSUMED("consumed", Tone.GOOD),
    /** Delivered again, without effect. */
    DUPLICATE("duplicate", Tone.WAITING),
    /** In the dead-letter queue. */
    DEAD_LETTER("dead letter", Tone.BAD),
    /** The service itself was told. */
    ALERT("alert", Tone.WAITING);

    private final String label;
    private final Tone tone;

    Step(String label, Tone tone) {
        this.label = label;
        this.tone = tone;
    }

    /** For people. */
    public String label() {
        return label;
    }

    /** How it is shown. */
    public Tone tone() {
        return tone;
    }

    /** How a step is shown. */
    public enum Tone {
        /** As it should be. */
        GOOD,
        /** Something else has to happen. */
        WAITING,
        /** Something went wrong. */
        BAD
    }
}
