package io.rmqtx.spi;

/**
 * A check that runs when all singletons are there and before anything is sent or consumed. Beans of this type are
 * found and run by rmq-tx.
 */
@FunctionalInterface
public interface StartupCheck {

    /**
     * Checks.
     *
     * @throws io.rmqtx.RmqTxConfigurationException if the promises cannot be kept
     */
    void check();
}
