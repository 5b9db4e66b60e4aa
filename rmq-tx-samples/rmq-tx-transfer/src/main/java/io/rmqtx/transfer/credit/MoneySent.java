package io.rmqtx.transfer.credit;

import java.math.BigDecimal;

/**
 * The message, as this service reads it.
 *
 * @param transferId the transfer
 * @param toAccount who gets it
 * @param amount how much
 */
public record MoneySent(String transferId, String toAccount, BigDecimal amount) {}
