package io.rmqtx.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.rmqtx.benchmark.contender.Contender;
import io.rmqtx.benchmark.contender.Purchase;
import io.rmqtx.benchmark.contender.Setup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Calls a contender at a fixed rate, and takes the times from right before the commit to the receipt by a consumer in
 * this process. The consumer has the client's own settings: it pulls again without a pause, the broker answers a waiting
 * pull as soon as a message is there, and messages are handed over one by one.
 */
final class LatencyMeter implements AutoCloseable {

    /** The first messages come when the consumer has got its queues, which may take its client's 20 s. */
    private static final long PATIENCE_SECONDS = 45;

    private final Contender contender;
    private final Setup setup;
    private final DefaultMQPushConsumer consumer;
    private final BlockingQueue<Long> latencies = new LinkedBlockingQueue<>();
    private final ObjectMapper json = new ObjectMapper();
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private int generation;

    /** Starts the consumer. */
    LatencyMeter(Contender contender, Setup setup) throws MQClientException {
        this.contender = contender;
        this.setup = setup;
        this.consumer = new DefaultMQPushConsumer(setup.name() + "-consumer");
        consumer.setNamesrvAddr(setup.nameServer());
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(setup.topic(), "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            long now = System.nanoTime();
            messages.forEach(message -> received(message, now));
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        setup.commitTimes().keep();
        consumer.start();
    }

    private void received(MessageExt message, long now) {
        try {
            String purchase = json.readTree(message.getBody()).get("id").asText();
            Long committed = setup.commitTimes().take(purchase);
            if (committed != null) {
                latencies.add(now - committed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs, and waits for the last message.
     *
     * @throws IllegalStateException if one does not come
     */
    LoadResult run(int rate, Duration length) throws Exception {
        String prefix = run + "-" + generation++ + "-";
        int calls = (int) Math.max(1, rate * length.toMillis() / 1000);
        long start = System.nanoTime();
        for (int call = 0; call < calls; call++) {
            long due = start + call * 1_000_000_000L / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            contender.call(Purchase.of(prefix + call, call, setup.bytes()));
        }
        long elapsed = System.nanoTime() - start;
        return LoadResult.of(elapsed, List.of(await(calls)));
    }

    private long[] await(int calls) throws InterruptedException {
        long[] all = new long[calls];
        for (int i = 0; i < calls; i++) {
            Long latency = latencies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (latency == null) {
                throw new IllegalStateException("of " + calls + " messages the consumer got only " + i);
            }
            all[i] = latency;
        }
        return all;
    }

    @Override
    public void close() {
        consumer.shutdown();
    }
}
