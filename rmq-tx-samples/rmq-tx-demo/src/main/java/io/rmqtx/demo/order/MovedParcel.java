package io.rmqtx.demo.order;

/**
 * The answer to a moved parcel.
 *
 * @param customer whose parcel it is
 * @param step the first, second, third thing that happened to it
 * @param place where it is now
 * @param messageId the id of its message, the same across every re-send
 */
public record MovedParcel(String customer, int step, String place, String messageId) {}
