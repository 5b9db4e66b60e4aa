package io.rmqtx.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The part of the consumer's properties that concerns the table of its keys. */
@ConfigurationProperties("rmq-tx.consumer")
public final class KeyProperties {

    /**
     * How long a message waits for another delivery of the same message that is being processed; then it is consumed
     * later, which is no failed attempt. Whole seconds, at least one.
     */
    private Duration keyWait = Duration.ofSeconds(5);

    /** How long to wait for another delivery. */
    public Duration getKeyWait() {
        return keyWait;
    }

    /** Sets how long to wait for another delivery. */
    public void setKeyWait(Duration keyWait) {
        this.keyWait = keyWait;
    }
}
