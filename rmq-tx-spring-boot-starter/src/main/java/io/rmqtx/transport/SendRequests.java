package io.rmqtx.transport;

import java.io.IOException;
import java.util.Set;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeaderV2;
import org.jspecify.annotations.Nullable;

/** The requests by which messages are sent, as the client's own, and what the answers mean. */
final class SendRequests {

    /** Answers after which another broker may be willing, as in the client's {@code retryResponseCodes}. */
    static final Set<Integer> ANOTHER_BROKER_MAY = Set.of(
            ResponseCode.TOPIC_NOT_EXIST,
            ResponseCode.SERVICE_NOT_AVAILABLE,
            ResponseCode.SYSTEM_ERROR,
            ResponseCode.SYSTEM_BUSY,
            ResponseCode.NO_PERMISSION,
            ResponseCode.NO_BUYER_ID,
            ResponseCode.NOT_IN_CURRENT_UNIT);

    /** The broker stored it, but is not sure that it would survive. */
    static final Set<Integer> STORED_UNSAFELY =
            Set.of(ResponseCode.FLUSH_DISK_TIMEOUT, ResponseCode.FLUSH_SLAVE_TIMEOUT, ResponseCode.SLAVE_NOT_AVAILABLE);

    private final DefaultMQProducer producer;

    SendRequests(DefaultMQProducer producer) {
        this.producer = producer;
    }

    /**
     * One message, its body compressed where it is large.
     *
     * @param properties those of the message, as they travel
     * @param flags the system flags
     */
    RemotingCommand single(Message message, String properties, MessageQueue queue, int flags) {
        byte[] body = message.getBody();
        int allFlags = flags;
        if (body.length >= producer.getCompressMsgBodyOverHowmuch()) {
            byte[] compressed = compressed(body);
            if (compressed != null) {
                body = compressed;
                allFlags |= MessageSysFlag.COMPRESSED_FLAG
                        | producer.getCompressType().getCompressionFlag();
            }
        }
        return request(RequestCode.SEND_MESSAGE_V2, message, properties, queue, allFlags, body);
    }

    /** Several messages in one body; the broker stores each by itself, one behind the other, or none. */
    RemotingCommand batch(Message first, byte[] encoded, MessageQueue queue) {
        return request(RequestCode.SEND_BATCH_MESSAGE, first, "", queue, 0, encoded);
    }

    private RemotingCommand request(
            int code, Message message, String properties, MessageQueue queue, int flags, byte[] body) {
        SendMessageRequestHeader header = new SendMessageRequestHeader();
        header.setProducerGroup(producer.getProducerGroup());
        header.setTopic(message.getTopic());
        header.setDefaultTopic(producer.getCreateTopicKey());
        header.setDefaultTopicQueueNums(producer.getDefaultTopicQueueNums());
        header.setQueueId(queue.getQueueId());
        header.setSysFlag(flags);
        header.setBornTimestamp(System.currentTimeMillis());
        header.setFlag(message.getFlag());
        header.setProperties(properties);
        header.setReconsumeTimes(0);
        header.setUnitMode(producer.isUnitMode());
        header.setBatch(code == RequestCode.SEND_BATCH_MESSAGE);
        header.setBrokerName(queue.getBrokerName());
        RemotingCommand request = RemotingCommand.createRequestCommand(
                code, SendMessageRequestHeaderV2.createSendMessageRequestHeaderV2(header));
        request.setBody(body);
        return request;
    }

    private byte @Nullable [] compressed(byte[] body) {
        try {
            return producer.getCompressor().compress(body, producer.getCompressLevel());
        } catch (IOException e) {
            return null; // larger than need be, but as good
        }
    }
}
