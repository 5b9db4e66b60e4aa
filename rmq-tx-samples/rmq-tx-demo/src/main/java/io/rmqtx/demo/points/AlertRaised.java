package io.rmqtx.demo.points;

/**
 * An event inside the points service: somebody has to look at a message.
 *
 * @param messageId the message's id
 * @param reason why it was given up
 */
public record AlertRaised(String messageId, String reason) {}
