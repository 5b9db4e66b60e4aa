package io.rmqtx.demo.order;

import io.rmqtx.MessageType;
import java.math.BigDecimal;

/**
 * The message that the order service publishes. The points service has a record of its own for it: services share
 * messages, not classes.
 *
 * @param orderId the order's number
 * @param customer who ordered
 * @param amount what is to be paid
 */
@MessageType("order-created.v1")
public record OrderCreated(long orderId, String customer, BigDecimal amount) {}
