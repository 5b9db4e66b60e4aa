package io.rmqtx.transport;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageSendException;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import io.rmqtx.spi.OutgoingMessage;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.rocketmq.client.impl.producer.DefaultMQProducerImpl;
import org.apache.rocketmq.client.impl.producer.TopicPublishInfo;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageClientIDSetter;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.exception.RemotingCommandException;
import org.apache.rocketmq.remoting.exception.RemotingConnectException;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.header.SendMessageResponseHeader;
import org.jspecify.annotations.Nullable;

/**
 * Sends half messages by requests of our own, because the client's {@code send} does not tell by which connection the
 * broker's answer came. Queue selection, fault avoidance and routes are the client's.
 */
final class HalfMessageSender {

    private final DefaultMQProducer producer;
    private final DefaultMQProducerImpl implementation;
    private final BrokerRequests requests;
    private final SendRequests sends;
    private final Routes routes;

    HalfMessageSender(
            DefaultMQProducer producer, DefaultMQProducerImpl implementation, BrokerRequests requests, Routes routes) {
        this.producer = producer;
        this.implementation = implementation;
        this.requests = requests;
        this.sends = new SendRequests(producer);
        this.routes = routes;
    }

    /**
     * Sends.
     *
     * @param properties those of the half, as they travel
     */
    HalfMessage send(OutgoingMessage message, Message half, String properties, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        TopicPublishInfo info = routes.publishInfo(half.getTopic());
        String lastBroker = null;
        for (int attempt = 0; ; attempt++) {
            MessageQueue queue = implementation.selectOneMessageQueue(info, lastBroker, attempt == 0);
            boolean last = attempt >= producer.getRetryTimesWhenSendFailed();
            lastBroker = queue.getBrokerName();
            HalfMessage sent = sendTo(queue, message, half, properties, deadline, last);
            if (sent != null) {
                return sent;
            }
        }
    }

    /** Null if it certainly was not stored and another broker may be tried. */
    private @Nullable HalfMessage sendTo(
            MessageQueue queue, OutgoingMessage message, Message half, String properties, long deadline, boolean last) {
        String broker = queue.getBrokerName();
        String address = routes.master(broker);
        long start = System.nanoTime();
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - start);
        if (address == null || left <= 0) {
            if (!last && left > 0) {
                return null;
            }
            throw failed(message, left <= 0 ? "the time-out is over" : "broker '" + broker + "' has no address", null);
        }
        try {
            Answer answer = requests.send(
                            address,
                            sends.single(half, properties, queue, MessageSysFlag.TRANSACTION_PREPARED_TYPE),
                            Duration.ofMillis(left))
                    .get(left + 50, TimeUnit.MILLISECONDS);
            implementation.updateFaultItem(broker, millisSince(start), false, true);
            int code = answer.response().getCode();
            if (code == ResponseCode.SUCCESS || SendRequests.STORED_UNSAFELY.contains(code)) {
                return coordinates(message, half, broker, answer, code == ResponseCode.SUCCESS);
            }
            if (!last && SendRequests.ANOTHER_BROKER_MAY.contains(code)) {
                return null;
            }
            throw refused(message, answer.response());
        } catch (ExecutionException e) {
            implementation.updateFaultItem(broker, millisSince(start), true, false);
            if (!last && e.getCause() instanceof RemotingConnectException) {
                return null; // it certainly did not leave; after anything else a second copy might be made
            }
            throw failed(message, "broker '" + broker + "' at " + address + " did not answer", e.getCause());
        } catch (TimeoutException e) {
            implementation.updateFaultItem(broker, millisSince(start), true, false);
            throw failed(message, "broker '" + broker + "' at " + address + " did not answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(message, "the thread was interrupted", e);
        } catch (RemotingCommandException e) {
            throw failed(message, "the answer of broker '" + broker + "' cannot be read", e);
        }
    }

    private static HalfMessage coordinates(
            OutgoingMessage message, Message half, String broker, Answer answer, boolean certain)
            throws RemotingCommandException {
        SendMessageResponseHeader header = answer.response().decodeCommandCustomHeader(SendMessageResponseHeader.class);
        long commitLogOffset;
        try {
            commitLogOffset = MessageDecoder.decodeMessageId(header.getMsgId()).getOffset();
        } catch (UnknownHostException e) {
            throw new RemotingCommandException("message id " + header.getMsgId(), e);
        }
        return new HalfCoordinates(
                message.id().value(),
                message.topic(),
                half.getTopic(),
                half.getProperty(MessageConst.PROPERTY_PRODUCER_GROUP),
                broker,
                commitLogOffset,
                header.getQueueOffset(),
                MessageClientIDSetter.getUniqID(half),
                header.getTransactionId(),
                answer.channel(),
                certain,
                false);
    }

    private static RuntimeException refused(OutgoingMessage message, RemotingCommand response) {
        String said = "code " + response.getCode() + ", " + response.getRemark();
        if (response.getCode() == ResponseCode.MESSAGE_ILLEGAL) {
            return new InvalidMessageException(
                    "Message " + message.id().value() + " for topic '" + message.topic()
                            + "' is refused by the broker (" + said
                            + "). Make it smaller, or raise the broker's maxMessageSize. Nothing was written, or it is rolled back.");
        }
        if (response.getCode() == ResponseCode.NO_PERMISSION) {
            said += ". The broker's user needs PUB on topic '" + message.topic()
                    + "', and the topic must be open for writing";
        }
        boolean forbidden = response.getCode() == ResponseCode.NO_PERMISSION;
        return failed(message, "the broker refused it: " + said, null, forbidden);
    }

    private static MessageSendException failed(OutgoingMessage message, String why, @Nullable Throwable cause) {
        return failed(message, why, cause, false);
    }

    private static MessageSendException failed(
            OutgoingMessage message, String why, @Nullable Throwable cause, boolean refused) {
        return new MessageSendException(
                "Message " + message.id().value() + " for topic '" + message.topic() + "' was not sent: " + why
                        + ". Nothing was written, or it is rolled back; the call can be repeated.",
                cause,
                refused);
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
