package io.rmqtx.autoconfigure;

import io.rmqtx.RmqTxConfigurationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Shows what is wrong and what to do, instead of a stack trace. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RmqTxFailureAnalyzer extends AbstractFailureAnalyzer<RmqTxConfigurationException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RmqTxConfigurationException cause) {
        return new FailureAnalysis(cause.description(), cause.action(), cause);
    }
}
