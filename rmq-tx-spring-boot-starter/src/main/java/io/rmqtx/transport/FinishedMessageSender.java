package io.rmqtx.transport;

import io.rmqtx.spi.MessageTransport.Result;
import io.rmqtx.spi.MessageTransport.SendOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.rocketmq.client.impl.producer.DefaultMQProducerImpl;
import org.apache.rocketmq.client.impl.producer.TopicPublishInfo;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingConnectException;
import org.apache.rocketmq.remoting.exception.RemotingTooMuchRequestException;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.jspecify.annotations.Nullable;

/**
 * Sends finished messages without waiting. Another broker is tried at once where the first one certainly did not store
 * it; everything else is for the caller, who has the messages in a table.
 */
final class FinishedMessageSender {

    private final DefaultMQProducer producer;
    private final DefaultMQProducerImpl implementation;
    private final BrokerRequests requests;
    private final SendRequests sends;
    private final Routes routes;
    private final Executor routeFetcher;

    /** With what fetches routes that are not known yet, which blocks. */
    FinishedMessageSender(
            DefaultMQProducer producer,
            DefaultMQProducerImpl implementation,
            BrokerRequests requests,
            Routes routes,
            Executor routeFetcher) {
        this.producer = producer;
        this.implementation = implementation;
        this.requests = requests;
        this.sends = new SendRequests(producer);
        this.routes = routes;
        this.routeFetcher = routeFetcher;
    }

    /** Sends one message; those with the same order key go into the same queue. */
    CompletableFuture<SendOutcome> send(
            Message message, String properties, @Nullable String orderKey, Duration timeout) {
        return send(message.getTopic(), orderKey, queue -> sends.single(message, properties, queue, 0), timeout);
    }

    /** Sends several messages of one topic, without order. */
    CompletableFuture<SendOutcome> sendTogether(List<Message> messages, Duration timeout) {
        byte[] encoded = MessageDecoder.encodeMessages(messages);
        Message first = messages.get(0);
        return send(first.getTopic(), null, queue -> sends.batch(first, encoded, queue), timeout);
    }

    @FunctionalInterface
    private interface ToQueue {
        RemotingCommand request(MessageQueue queue);
    }

    private CompletableFuture<SendOutcome> send(
            String topic, @Nullable String orderKey, ToQueue message, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        TopicPublishInfo known = routes.known(topic);
        if (known != null) {
            return attempt(known, orderKey, message, deadline, null, 0);
        }
        try {
            return CompletableFuture.supplyAsync(() -> routes.publishInfo(topic), routeFetcher)
                    .thenCompose(info -> attempt(info, orderKey, message, deadline, null, 0))
                    .exceptionally(e -> notStored(cause(e).getMessage()));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(notStored("the producer is being stopped"));
        }
    }

    private CompletableFuture<SendOutcome> attempt(
            TopicPublishInfo info,
            @Nullable String orderKey,
            ToQueue message,
            long deadline,
            @Nullable String lastBroker,
            int attempt) {
        MessageQueue queue = orderKey == null
                ? implementation.selectOneMessageQueue(info, lastBroker, attempt == 0)
                : queueOf(orderKey, info);
        String broker = queue.getBrokerName();
        String address = routes.master(broker);
        long start = System.nanoTime();
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - start);
        if (left <= 0) {
            return CompletableFuture.completedFuture(notStored("the time-out was over before it could be sent"));
        }
        boolean last = orderKey != null || attempt >= producer.getRetryTimesWhenSendFailed() || hasOneBroker(info);
        if (address == null) {
            return last
                    ? CompletableFuture.completedFuture(notStored("broker '" + broker + "' has no address"))
                    : attempt(info, null, message, deadline, broker, attempt + 1);
        }
        return requests.send(address, message.request(queue), Duration.ofMillis(left))
                .orTimeout(left + 50, TimeUnit.MILLISECONDS)
                .thenApply(answer -> outcome(answer.response()))
                .exceptionally(failure -> outcome(cause(failure), broker, address))
                .thenCompose(outcome -> {
                    boolean answered = outcome.result() != Result.UNKNOWN;
                    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                    implementation.updateFaultItem(broker, millis, !answered, answered);
                    // What may be stored is not sent elsewhere: it would be there twice.
                    boolean elsewhere = outcome.result() == Result.NOT_STORED;
                    return last || !elsewhere
                            ? CompletableFuture.completedFuture(outcome)
                            : attempt(info, null, message, deadline, broker, attempt + 1);
                });
    }

    private static boolean hasOneBroker(TopicPublishInfo info) {
        List<MessageQueue> queues = info.getMessageQueueList();
        String first = queues.get(0).getBrokerName();
        return queues.stream().allMatch(queue -> queue.getBrokerName().equals(first));
    }

    /**
     * The same for every instance as long as the topic's queues stay: they are numbered by broker and id. Where a topic's
     * order configuration is registered at the name servers, the queues stay also while a broker is away.
     */
    private static MessageQueue queueOf(String orderKey, TopicPublishInfo info) {
        List<MessageQueue> queues = new ArrayList<>(info.getMessageQueueList());
        Collections.sort(queues);
        int hash = orderKey.hashCode();
        return queues.get(Math.floorMod(hash ^ (hash >>> 16), queues.size()));
    }

    private static SendOutcome outcome(RemotingCommand response) {
        int code = response.getCode();
        if (code == ResponseCode.SUCCESS) {
            return SendOutcome.ACKNOWLEDGED;
        }
        String said = "the broker says code " + code + ", " + response.getRemark();
        if (SendRequests.STORED_UNSAFELY.contains(code)) {
            return new SendOutcome(Result.STORED_UNSAFELY, said);
        }
        if (isRefusal(response.getRemark())) {
            return new SendOutcome(Result.REFUSED, said);
        }
        return switch (code) {
            case ResponseCode.MESSAGE_ILLEGAL -> new SendOutcome(Result.REFUSED, said);
            case ResponseCode.NO_PERMISSION ->
                new SendOutcome(Result.REFUSED, said + " (its user needs PUB, and the topic must be open for writing)");
            case ResponseCode.TOPIC_NOT_EXIST,
                    ResponseCode.SYSTEM_BUSY,
                    ResponseCode.SERVICE_NOT_AVAILABLE,
                    ResponseCode.NO_BUYER_ID,
                    ResponseCode.NOT_IN_CURRENT_UNIT -> notStored(said);
            default -> new SendOutcome(Result.UNKNOWN, said);
        };
    }

    /** What some brokers call a system error: a missing right (before RocketMQ 5.3), timer messages that are off. */
    private static boolean isRefusal(@Nullable String remark) {
        return remark != null && (remark.contains("AclException") || remark.contains("timer message is not enable"));
    }

    private static SendOutcome outcome(Throwable failure, String broker, String address) {
        String where = "broker '" + broker + "' at " + address;
        if (failure instanceof RemotingConnectException) {
            return notStored(where + " cannot be reached");
        }
        if (failure instanceof RemotingTooMuchRequestException) {
            return notStored("too much is under way to " + where);
        }
        return new SendOutcome(
                Result.UNKNOWN,
                where
                        + (failure instanceof TimeoutException
                                ? " did not answer in time"
                                : " did not answer: " + failure));
    }

    private static SendOutcome notStored(@Nullable String reason) {
        return new SendOutcome(Result.NOT_STORED, String.valueOf(reason));
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause == null ? failure : cause;
    }
}
