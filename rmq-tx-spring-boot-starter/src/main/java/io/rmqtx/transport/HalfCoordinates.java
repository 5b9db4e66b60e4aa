package io.rmqtx.transport;

import io.netty.channel.Channel;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import org.jspecify.annotations.Nullable;

/**
 * Where a half message lies: an address, not a name. After a crash that lost the broker's tail another transaction's
 * half lies at the same offsets, and the broker compares nothing else. It is safe to use only over the connection on
 * which the broker named it, because a broker that crashed has closed that connection.
 *
 * @param messageId our message id
 * @param topic the topic for which it waits, as the service names it
 * @param brokerTopic the same, as the broker names it (with the namespace)
 * @param producerGroup the group, as the broker names it
 * @param brokerName the broker
 * @param commitLogOffset where its record starts in the log
 * @param queueOffset its number in the broker's queue of half messages
 * @param clientId the client's id of the message
 * @param transactionId the broker's id of the transaction
 * @param channel the connection on which the broker named the place
 * @param certain whether the broker stored it without a doubt; otherwise it is looked up before it is ended
 * @param checked whether the broker named it in a check-back
 */
record HalfCoordinates(
        String messageId,
        String topic,
        String brokerTopic,
        String producerGroup,
        String brokerName,
        long commitLogOffset,
        long queueOffset,
        @Nullable String clientId,
        @Nullable String transactionId,
        Channel channel,
        boolean certain,
        boolean checked)
        implements HalfMessage {

    /** Whether the coordinates may be used as they are. */
    boolean usable() {
        return certain && channel.isActive();
    }
}
