package io.rmqtx.demo.order;

import java.math.BigDecimal;

/**
 * The answer to a placed order.
 *
 * @param orderId the order's number
 * @param messageId the id of its message, the same across every re-send
 * @param customer who ordered
 * @param amount what is to be paid
 */
public record PlacedOrder(long orderId, String messageId, String customer, BigDecimal amount) {}
