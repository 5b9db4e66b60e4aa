package io.rmqtx.demo.order;

/**
 * An event inside the order service, for those who want to know when the transaction committed.
 *
 * @param orderId the order's number
 */
public record OrderPlaced(long orderId) {}
