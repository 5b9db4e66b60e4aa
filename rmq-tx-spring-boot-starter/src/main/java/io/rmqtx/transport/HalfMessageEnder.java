package io.rmqtx.transport;

import io.netty.channel.Channel;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.MessageHeaders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.header.EndTransactionRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ViewMessageRequestHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends half messages, acknowledged by the broker, and never by coordinates that may have become another message's.
 *
 * <ol>
 *   <li>The connection on which the broker named the place is still the same: end it over this connection.
 *   <li>Otherwise look up what lies there now. It is our message: end it over the connection that this answer came by.
 *   <li>Otherwise, or without an answer: send nothing. Check-back and relay have the message.
 * </ol>
 *
 * <p>Nothing is ever sent twice: two commits of one half make two messages.
 */
final class HalfMessageEnder {

    private static final Logger log = LoggerFactory.getLogger(HalfMessageEnder.class);

    private final BrokerRequests requests;
    private final Routes routes;
    private final Duration timeout;

    HalfMessageEnder(BrokerRequests requests, Routes routes, Duration timeout) {
        this.requests = requests;
        this.routes = routes;
        this.timeout = timeout;
    }

    CompletionStage<EndOutcome> end(HalfCoordinates half, Decision decision) {
        if (half.usable()) {
            return request(half, half.channel(), decision);
        }
        String master = routes.master(half.brokerName());
        if (master == null) {
            return CompletableFuture.completedFuture(EndOutcome.NOT_SENT);
        }
        return requests.send(master, lookUp(half), timeout)
                .thenCompose(found -> isOurs(found.response(), half)
                        ? request(half, found.channel(), decision)
                        : CompletableFuture.completedFuture(EndOutcome.NOT_SENT))
                .exceptionally(e -> {
                    log.debug("Look-up of half message {} failed", half.messageId(), e);
                    return EndOutcome.NOT_SENT;
                });
    }

    private CompletableFuture<EndOutcome> request(HalfCoordinates half, Channel channel, Decision decision) {
        EndTransactionRequestHeader header = new EndTransactionRequestHeader();
        header.setTopic(half.brokerTopic());
        header.setProducerGroup(half.producerGroup());
        header.setTranStateTableOffset(half.queueOffset());
        header.setCommitLogOffset(half.commitLogOffset());
        header.setMsgId(half.clientId());
        header.setTransactionId(half.transactionId());
        header.setFromTransactionCheck(half.checked());
        header.setBrokerName(half.brokerName());
        header.setCommitOrRollback(
                decision == Decision.COMMIT
                        ? MessageSysFlag.TRANSACTION_COMMIT_TYPE
                        : MessageSysFlag.TRANSACTION_ROLLBACK_TYPE);
        RemotingCommand request = RemotingCommand.createRequestCommand(RequestCode.END_TRANSACTION, header);
        return requests.send(channel, request, timeout).handle((answer, failure) -> {
            if (failure != null) {
                log.debug("{} of message {} was not answered", decision, half.messageId(), failure);
                return EndOutcome.UNKNOWN;
            }
            if (answer.response().getCode() != ResponseCode.SUCCESS) {
                log.debug("{} of message {} was refused: {}", decision, half.messageId(), answer.response());
                return EndOutcome.UNKNOWN;
            }
            return EndOutcome.ACKNOWLEDGED;
        });
    }

    private static RemotingCommand lookUp(HalfCoordinates half) {
        ViewMessageRequestHeader header = new ViewMessageRequestHeader();
        header.setTopic(half.brokerTopic());
        header.setOffset(half.commitLogOffset());
        return RemotingCommand.createRequestCommand(RequestCode.VIEW_MESSAGE_BY_ID, header);
    }

    private static boolean isOurs(RemotingCommand response, HalfCoordinates half) {
        if (response.getCode() != ResponseCode.SUCCESS || response.getBody() == null) {
            return false;
        }
        MessageExt found = MessageDecoder.decode(ByteBuffer.wrap(response.getBody()), false);
        return found != null
                && half.messageId().equals(found.getProperty(MessageHeaders.MESSAGE_ID))
                && half.queueOffset() == found.getQueueOffset()
                && half.producerGroup().equals(found.getProperty(MessageConst.PROPERTY_PRODUCER_GROUP));
    }
}
