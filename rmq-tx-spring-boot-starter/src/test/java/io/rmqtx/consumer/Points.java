package io.rmqtx.consumer;

/** A payload. */
record Points(String orderId, int amount) {}
