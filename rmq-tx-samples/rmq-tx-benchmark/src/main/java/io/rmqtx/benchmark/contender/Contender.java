package io.rmqtx.benchmark.contender;

/** One way to write a business row and to send a message about it. Thread-safe. */
public interface Contender extends Participant {

    /** One business call: inserts the purchase, and sends it. Throws if either did not succeed. */
    void call(Purchase purchase) throws Exception;
}
