package io.rmqtx.demo.points;

import java.math.BigDecimal;

/**
 * What the points service reads of an order's message; it may leave properties out.
 *
 * @param orderId the order's number
 * @param customer who ordered
 * @param amount what is to be paid
 */
public record OrderCreated(long orderId, String customer, BigDecimal amount) {}
