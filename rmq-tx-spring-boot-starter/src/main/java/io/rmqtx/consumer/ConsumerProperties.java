package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How the listeners consume. */
@ConfigurationProperties("rmq-tx.consumer")
public final class ConsumerProperties {

    // Thirty-two times the default of RocketMQ; more threads than that is a typing error.
    private static final int MOST_THREADS = 640;

    /** How often a listener may fail before its message goes to the dead-letter queue; a listener may say otherwise. */
    private int maxAttempts = 16;

    /** Consumer threads of each group; a listener may say otherwise. Each one needs a database connection. */
    private int threads = 20;

    /**
     * How long one delivery waits for another one that holds its idempotency key. After that it is consumed later, which
     * counts as no attempt.
     */
    private Duration keyWait = Duration.ofSeconds(10);

    /** How long a shutdown waits for listeners that are running; after that they are interrupted. */
    private Duration shutdownWait = Duration.ofSeconds(30);

    /** The permitted attempts. */
    public int getMaxAttempts() {
        return maxAttempts;
    }

    /** Sets the permitted attempts, at least 1. */
    public void setMaxAttempts(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    /** The threads of each group. */
    public int getThreads() {
        return threads;
    }

    /** Sets the threads of each group, at least 1. */
    public void setThreads(int threads) {
        this.threads = threads;
    }

    /** The wait for a busy key. */
    public Duration getKeyWait() {
        return keyWait;
    }

    /** Sets the wait for a busy key; zero: consumed later at once. */
    public void setKeyWait(Duration keyWait) {
        this.keyWait = keyWait;
    }

    /** The wait at shutdown. */
    public Duration getShutdownWait() {
        return shutdownWait;
    }

    /** Sets the wait at shutdown; zero: running listeners are interrupted at once. */
    public void setShutdownWait(Duration shutdownWait) {
        this.shutdownWait = shutdownWait;
    }

    void validate() {
        atLeastOne("max-attempts", maxAttempts);
        atLeastOne("threads", threads);
        if (threads > MOST_THREADS) {
            throw new RmqTxConfigurationException(
                    "Property 'rmq-tx.consumer.threads' must be at most " + MOST_THREADS + ", but is " + threads + ".",
                    "Set [rmq-tx.consumer.threads] to what the connection pool can serve.");
        }
        // The client delivers again what runs for more than its consume time-out of 15 minutes.
        between("key-wait", keyWait, Duration.ofMinutes(5));
        between("shutdown-wait", shutdownWait, Duration.ofMinutes(15));
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new RmqTxConfigurationException(
                    "Property 'rmq-tx.consumer." + name + "' must be at least 1, but is " + value + ".",
                    "Set [rmq-tx.consumer." + name + "] to 1 or more, or remove it for the default.");
        }
    }

    private static void between(String name, Duration value, Duration most) {
        if (value.isNegative() || value.compareTo(most) > 0) {
            throw new RmqTxConfigurationException(
                    "Property 'rmq-tx.consumer." + name + "' must be between 0s and " + most.toSeconds() + "s, but is "
                            + value + ".",
                    "Set [rmq-tx.consumer." + name + "] to a duration in that range, for example 10s.");
        }
    }
}
