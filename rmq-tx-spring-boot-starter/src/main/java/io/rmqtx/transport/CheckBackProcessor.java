package io.rmqtx.transport;

import io.netty.channel.ChannelHandlerContext;
import io.rmqtx.spi.CheckBackHandler;
import io.rmqtx.spi.CheckBackHandler.CheckBack;
import io.rmqtx.spi.MessageHeaders;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.exception.RemotingCommandException;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.protocol.NamespaceUtil;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.header.CheckTransactionStateRequestHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the broker's check-backs in place of the client's own processor, which hides the connection that the question
 * came by and answers one-way. The handler ends the half message itself, acknowledged; to the client library nothing is
 * returned, which the broker takes for "not known yet".
 *
 * <p>Of the questions about one message one is answered at a time, and a second one that comes meanwhile stays
 * unanswered: both would find the message not visible yet, and commit it twice. That happens when answers take longer
 * than the broker waits between its questions, because the database is slow or many are waiting.
 */
final class CheckBackProcessor implements NettyRequestProcessor {

    private static final Logger log = LoggerFactory.getLogger(CheckBackProcessor.class);

    private static final long SAID_ONCE_IN = TimeUnit.MINUTES.toNanos(1);

    private final CheckBackHandler handler;
    private final ExecutorService pool;
    private final @Nullable String namespace;
    private final Set<String> beingAnswered = ConcurrentHashMap.newKeySet();
    private final AtomicLong sayNext = new AtomicLong(System.nanoTime());

    CheckBackProcessor(CheckBackHandler handler, ExecutorService pool, @Nullable String namespace) {
        this.handler = handler;
        this.pool = pool;
        this.namespace = namespace;
    }

    /** Called by the client's own threads, which read answers, too: only takes the question in. */
    @Override
    public @Nullable RemotingCommand processRequest(ChannelHandlerContext context, RemotingCommand request)
            throws RemotingCommandException {
        CheckTransactionStateRequestHeader header =
                request.decodeCommandCustomHeader(CheckTransactionStateRequestHeader.class);
        MessageExt half = request.getBody() == null ? null : MessageDecoder.decode(ByteBuffer.wrap(request.getBody()));
        String group = half == null ? null : half.getProperty(MessageConst.PROPERTY_PRODUCER_GROUP);
        if (half == null || group == null) {
            log.warn(
                    "A check-back from {} cannot be read and stays unanswered",
                    context.channel().remoteAddress());
            return null;
        }
        String messageId = half.getProperty(MessageHeaders.MESSAGE_ID);
        if (messageId == null) {
            log.warn(
                    "The broker asks for a half message of group {} that was not sent by rmq-tx (topic {}, id {}); it"
                            + " stays unanswered. Use a producer group of its own for other producers.",
                    group,
                    half.getTopic(),
                    half.getMsgId());
            return null;
        }
        CheckBack check = checkBack(context, header, half, messageId, group);
        if (!beingAnswered.add(messageId)) {
            handler.repeated(check);
            return null;
        }
        try {
            pool.execute(() -> answer(check));
        } catch (RejectedExecutionException e) {
            beingAnswered.remove(messageId);
            if (!pool.isShutdown()) {
                dropped(check);
            }
        }
        return null;
    }

    private void answer(CheckBack check) {
        try {
            handler.check(check);
        } finally {
            beingAnswered.remove(check.half().messageId());
        }
    }

    private CheckBack checkBack(
            ChannelHandlerContext context,
            CheckTransactionStateRequestHeader header,
            MessageExt half,
            String messageId,
            String group) {
        String topic = half.getTopic();
        String clientId = half.getProperty(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX);
        String storeId = half.getProperty(MessageHeaders.STORE_ID);
        return new CheckBack(
                new HalfCoordinates(
                        messageId,
                        namespace == null ? topic : NamespaceUtil.withoutNamespace(topic, namespace),
                        topic,
                        group,
                        half.getBrokerName() == null ? "" : half.getBrokerName(),
                        header.getCommitLogOffset(),
                        header.getTranStateTableOffset(),
                        clientId,
                        header.getTransactionId(),
                        context.channel(),
                        true,
                        true),
                storeId == null ? "" : storeId,
                Instant.ofEpochMilli(half.getBornTimestamp()));
    }

    private void dropped(CheckBack check) {
        long now = System.nanoTime();
        long due = sayNext.get();
        if (now - due >= 0 && sayNext.compareAndSet(due, now + SAID_ONCE_IN)) {
            log.warn(
                    "The check-back of message {}, and perhaps others, stays unanswered: all check threads are busy and"
                            + " the queue is full. The broker asks again, but not for ever. If this lasts, raise"
                            + " rmq-tx.transport.check-threads. (Said once a minute at most.)",
                    check.half().messageId());
        }
        handler.dropped(check);
    }

    @Override
    public boolean rejectRequest() {
        return false;
    }
}
