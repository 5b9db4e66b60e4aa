package io.rmqtx.spi;

import io.rmqtx.MessageMode;

/**
 * What a check-back needs to know of a row.
 *
 * @param mode how the row's message is delivered
 * @param status its state
 */
public record StoredStatus(MessageMode mode, MessageStatus status) {}
