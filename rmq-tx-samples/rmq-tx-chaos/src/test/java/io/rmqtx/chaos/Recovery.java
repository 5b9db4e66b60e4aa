package io.rmqtx.chaos;

/** Who goes on after a process has died. */
enum Recovery {
    /** Another instance, which was running all the time. */
    OTHER_INSTANCE,
    /** The process itself, started again; until then nobody. */
    RESTARTED
}
