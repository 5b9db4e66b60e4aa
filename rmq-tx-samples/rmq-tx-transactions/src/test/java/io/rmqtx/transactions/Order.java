package io.rmqtx.transactions;

/** The payload of these tests. */
public record Order(String id, int amount) {}
