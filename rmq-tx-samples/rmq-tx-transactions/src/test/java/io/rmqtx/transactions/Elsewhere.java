package io.rmqtx.transactions;

import org.springframework.scheduling.annotation.Async;

/** Runs things on another thread, as the asynchronous caller of an annotated method does. */
public class Elsewhere {

    /** Runs it. */
    @Async
    public void run(Runnable action) {
        action.run();
    }
}
