package io.rmqtx.demo.points;

/**
 * What the points service reads of a parcel's message.
 *
 * @param customer whose parcel it is
 * @param step the first, second, third thing that happened to it
 * @param place where it is now
 */
public record ParcelMoved(String customer, int step, String place) {}
