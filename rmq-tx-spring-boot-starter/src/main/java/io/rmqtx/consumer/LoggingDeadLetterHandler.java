package io.rmqtx.consumer;

import io.rmqtx.DeadLetter;
import io.rmqtx.DeadLetterHandler;
import io.rmqtx.MessageContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The default: one line at ERROR level, with the stack trace of the last cause. Never the payload. */
final class LoggingDeadLetterHandler implements DeadLetterHandler {

    private static final Logger log = LoggerFactory.getLogger(DeadLetterHandler.class);

    @Override
    public void onDeadLetter(DeadLetter letter) {
        MessageContext context = letter.context();
        log.error(
                "Message '{}' (key '{}') of topic '{}' is a dead letter of group '{}' after attempt {} of {}: {}, {}",
                LogText.of(context.messageId()),
                LogText.of(context.key()),
                LogText.of(context.topic()),
                context.group(),
                context.attempt(),
                context.maxAttempts(),
                letter.reason(),
                LogText.of(letter.cause()),
                letter.cause());
    }
}
