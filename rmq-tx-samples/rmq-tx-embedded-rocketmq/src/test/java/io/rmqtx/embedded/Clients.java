package io.rmqtx.embedded;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.netty.NettySystemConfig;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.header.EndTransactionRequestHeader;

/** Real clients of one broker, closed together. */
final class Clients implements AutoCloseable {

    static {
        // Otherwise the client closes the connection after a time-out, and the next request may meet the closing.
        // Not by its system property, which is read once: a broker may have started in this JVM before.
        NettySystemConfig.clientCloseSocketIfTimeout = false;
    }

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final EmbeddedRocketMq rocketMq;
    private final Deque<Runnable> closers = new ArrayDeque<>();
    final Map<String, AtomicInteger> received = new ConcurrentHashMap<>();

    Clients(EmbeddedRocketMq rocketMq) {
        this.rocketMq = rocketMq;
    }

    static String unique(String name) {
        return name + "_" + NUMBER.incrementAndGet();
    }

    static Message message(String topic, String body) {
        return new Message(topic, body.getBytes(StandardCharsets.UTF_8));
    }

    DefaultMQProducer producer() throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer(unique("producers"));
        producer.setNamesrvAddr(rocketMq.nameServerAddress());
        producer.setInstanceName(unique("instance"));
        producer.setPollNameServerInterval(1000);
        producer.setHeartbeatBrokerInterval(1000);
        producer.start();
        closers.push(producer::shutdown);
        return producer;
    }

    TransactionMQProducer transactional(String topic, Callable<LocalTransactionState> onCheck) throws Exception {
        TransactionMQProducer producer = new TransactionMQProducer(unique("tx_producers"), List.of(topic));
        producer.setNamesrvAddr(rocketMq.nameServerAddress());
        producer.setInstanceName(unique("instance"));
        producer.setPollNameServerInterval(1000);
        producer.setHeartbeatBrokerInterval(1000);
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object argument) {
                return LocalTransactionState.UNKNOW;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                try {
                    return onCheck.call();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        producer.start();
        closers.push(producer::shutdown);
        return producer;
    }

    void consumer(String topic, String group, ConsumeConcurrentlyStatus outcome) throws Exception {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(rocketMq.nameServerAddress());
        consumer.setInstanceName(unique("instance"));
        consumer.setPollNameServerInterval(1000);
        consumer.setHeartbeatBrokerInterval(1000);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setMaxReconsumeTimes(2);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                received.computeIfAbsent(
                                new String(message.getBody(), StandardCharsets.UTF_8), body -> new AtomicInteger())
                        .incrementAndGet();
            }
            return outcome;
        });
        consumer.start();
        closers.push(consumer::shutdown);
    }

    /** How often a message with that body was received. */
    int times(String body) {
        return received.getOrDefault(body, new AtomicInteger()).get();
    }

    static SendResult half(DefaultMQProducer producer, Message message) throws Exception {
        return half(producer, message, producer.getSendMsgTimeout());
    }

    static SendResult half(DefaultMQProducer producer, Message message, long timeoutMillis) throws Exception {
        MessageAccessor.putProperty(message, MessageConst.PROPERTY_TRANSACTION_PREPARED, "true");
        MessageAccessor.putProperty(message, MessageConst.PROPERTY_PRODUCER_GROUP, producer.getProducerGroup());
        return producer.send(message, timeoutMillis);
    }

    /** Ends a transaction with a request that is answered; returns the answer's code. */
    @SuppressWarnings("deprecation") // the way to the client's connections
    int end(DefaultMQProducer producer, String topic, SendResult half, int outcome, long timeoutMillis)
            throws Exception {
        EndTransactionRequestHeader header = new EndTransactionRequestHeader();
        header.setTopic(topic);
        header.setProducerGroup(producer.getProducerGroup());
        header.setCommitLogOffset(
                MessageDecoder.decodeMessageId(half.getOffsetMsgId()).getOffset());
        header.setTranStateTableOffset(half.getQueueOffset());
        header.setTransactionId(half.getTransactionId());
        header.setMsgId(half.getMsgId());
        header.setCommitOrRollback(outcome);
        header.setFromTransactionCheck(false);
        RemotingCommand request = RemotingCommand.createRequestCommand(RequestCode.END_TRANSACTION, header);
        return producer.getDefaultMQProducerImpl()
                .getMqClientFactory()
                .getMQClientAPIImpl()
                .getRemotingClient()
                .invokeSync(rocketMq.brokerAddress(), request, timeoutMillis)
                .getCode();
    }

    @Override
    public void close() {
        closers.forEach(ClientTuning::stopQuickly);
    }
}
