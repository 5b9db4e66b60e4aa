package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/** Resolves the {@code ${...}} of annotations. */
final class Placeholders {

    private final ConfigurableBeanFactory beanFactory;

    Placeholders(ConfigurableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    /**
     * The text with its placeholders resolved.
     *
     * @throws RmqTxConfigurationException if one has no value
     */
    String resolve(String text, String attribute, Subject subject) {
        try {
            String value = beanFactory.resolveEmbeddedValue(text);
            // A lenient resolver leaves an unknown placeholder as it is.
            if (value != null && value.contains("${")) {
                throw new IllegalArgumentException("nothing resolves '" + value + "'");
            }
            return value == null ? "" : value.trim();
        } catch (IllegalArgumentException e) {
            throw new RmqTxConfigurationException(
                    subject + ": a placeholder in " + attribute + " = \"" + text + "\" must have a value, but: "
                            + e.getMessage() + ".",
                    "Set the property, or give a default: ${name:default}.",
                    e);
        }
    }
}
