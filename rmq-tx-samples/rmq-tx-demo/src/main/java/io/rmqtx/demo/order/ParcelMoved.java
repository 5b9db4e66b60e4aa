package io.rmqtx.demo.order;

import io.rmqtx.MessageType;

/**
 * The message about a parcel, of mode OUTBOX: it is made of what the method returns, and those of one customer keep their
 * order.
 *
 * @param customer whose parcel it is
 * @param step the first, second, third thing that happened to it
 * @param place where it is now
 */
@MessageType("parcel-moved.v1")
public record ParcelMoved(String customer, int step, String place) {}
