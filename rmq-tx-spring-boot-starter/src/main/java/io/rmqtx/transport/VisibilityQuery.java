package io.rmqtx.transport;

import io.rmqtx.spi.HalfMessageTransport.Visibility;
import io.rmqtx.spi.MessageHeaders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.header.QueryMessageRequestHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks whether a message is visible in its topic: a query by our message id, which is one of the message's KEYS, to the
 * master of every broker that may have it. The client's own query reports a broker that is away as "no message".
 */
final class VisibilityQuery {

    private static final Logger log = LoggerFactory.getLogger(VisibilityQuery.class);

    /** How much the clocks of this process and the brokers may differ. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    /** Several, because the index holds hashes and others' messages can come first. */
    private static final int MAX_RESULTS = 32;

    private final BrokerRequests requests;
    private final Routes routes;
    private final QueryRate rate;
    private final Duration timeout;

    VisibilityQuery(BrokerRequests requests, Routes routes, QueryRate rate, Duration timeout) {
        this.requests = requests;
        this.routes = routes;
        this.rate = rate;
        this.timeout = timeout;
    }

    /** Asks, and waits for the answers. */
    Visibility ask(String brokerTopic, String messageId, Instant createdAt) {
        try {
            return look(brokerTopic, brokerTopic, messageId, createdAt).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Visibility.NOT_KNOWN;
        } catch (ExecutionException e) {
            return Visibility.NOT_KNOWN;
        }
    }

    /**
     * Asks without waiting for the answers; only the rate of questions holds the caller up.
     *
     * @param brokerTopic whose brokers are asked
     * @param where the topic in which the message may be
     */
    CompletableFuture<Visibility> look(String brokerTopic, String where, String messageId, Instant createdAt) {
        List<CompletableFuture<Visibility>> answers = send(brokerTopic, where, messageId, createdAt);
        CompletableFuture<Visibility> result = new CompletableFuture<>();
        CompletableFuture<Visibility> all = CompletableFuture.completedFuture(Visibility.NOT_VISIBLE);
        for (CompletableFuture<Visibility> answer : answers) {
            var unused = answer.thenAccept(said -> {
                if (said == Visibility.VISIBLE) {
                    result.complete(said); // the others need not be waited for
                }
            });
            all = all.thenCombine(answer, (one, other) -> one == Visibility.NOT_KNOWN ? one : other);
        }
        var unused = all.thenAccept(result::complete);
        return result.completeOnTimeout(Visibility.NOT_KNOWN, timeout.toMillis() * 2, TimeUnit.MILLISECONDS);
    }

    private List<CompletableFuture<Visibility>> send(
            String brokerTopic, String where, String messageId, Instant createdAt) {
        List<String> masters = routes.masters(brokerTopic, createdAt);
        if (masters == null || !rate.acquire(timeout)) {
            return List.of(CompletableFuture.completedFuture(Visibility.NOT_KNOWN));
        }
        List<CompletableFuture<Visibility>> answers = new ArrayList<>(masters.size());
        for (String master : masters) {
            answers.add(requests.send(master, query(where, messageId, createdAt), timeout)
                    .thenApply(answer -> read(answer.response(), messageId))
                    .exceptionally(e -> {
                        log.debug("Broker {} did not say whether message {} is visible", master, messageId, e);
                        return Visibility.NOT_KNOWN;
                    }));
        }
        return answers;
    }

    static RemotingCommand query(String brokerTopic, String messageId, Instant createdAt) {
        QueryMessageRequestHeader header = new QueryMessageRequestHeader();
        header.setTopic(brokerTopic);
        header.setKey(messageId);
        header.setMaxNum(MAX_RESULTS);
        header.setBeginTimestamp(createdAt.minus(CLOCK_SKEW).toEpochMilli());
        header.setEndTimestamp(Long.MAX_VALUE);
        header.setIndexType(MessageConst.INDEX_KEY_TYPE);
        RemotingCommand request = RemotingCommand.createRequestCommand(RequestCode.QUERY_MESSAGE, header);
        request.addExtField(MixAll.UNIQUE_MSG_QUERY_FLAG, "false");
        return request;
    }

    private static Visibility read(RemotingCommand response, String messageId) {
        if (response.getCode() == ResponseCode.QUERY_NOT_FOUND) {
            return Visibility.NOT_VISIBLE;
        }
        if (response.getCode() != ResponseCode.SUCCESS || response.getBody() == null) {
            return Visibility.NOT_KNOWN;
        }
        List<MessageExt> found = MessageDecoder.decodes(ByteBuffer.wrap(response.getBody()), false);
        if (found.stream().anyMatch(message -> messageId.equals(message.getProperty(MessageHeaders.MESSAGE_ID)))) {
            return Visibility.VISIBLE;
        }
        // A full page of other messages with the same hash may hide ours.
        return found.size() < MAX_RESULTS ? Visibility.NOT_VISIBLE : Visibility.NOT_KNOWN;
    }
}
