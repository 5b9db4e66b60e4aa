package io.rmqtx.producer;

/** The payload of these tests. */
public record Order(String id, int amount) {}
