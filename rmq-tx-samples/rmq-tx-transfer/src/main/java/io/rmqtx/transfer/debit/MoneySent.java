package io.rmqtx.transfer.debit;

import io.rmqtx.MessageType;
import java.math.BigDecimal;

/**
 * The message: money is on its way.
 *
 * @param transferId the transfer
 * @param toAccount who gets it
 * @param amount how much
 */
@MessageType("MoneySent")
public record MoneySent(String transferId, String toAccount, BigDecimal amount) {}
