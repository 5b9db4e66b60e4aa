package io.rmqtx.benchmark;

import io.rmqtx.embedded.EmbeddedRocketMq;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.store.config.MessageStoreConfig;

/** The process of name server and broker: the embedded ones, but with times and file sizes as a real broker has them. */
final class BrokerMain {

    private BrokerMain() {}

    /** Prints the name server's address, and runs until it is told to end. */
    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        BrokerConfig usual = new BrokerConfig();
        EmbeddedRocketMq rocketMq = EmbeddedRocketMq.builder()
                .transactionTimeout(Duration.ofMillis(usual.getTransactionTimeOut()))
                .transactionCheckInterval(Duration.ofMillis(usual.getTransactionCheckInterval()))
                .customizeBroker(broker -> broker.setTransactionOpBatchInterval(usual.getTransactionOpBatchInterval()))
                .customizeStore(BrokerMain::usualSizes)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(rocketMq::close, "exit"));
        answers.println(rocketMq.nameServerAddress());
        answers.flush();
        new CountDownLatch(1).await();
    }

    private static void usualSizes(MessageStoreConfig store) {
        MessageStoreConfig usual = new MessageStoreConfig();
        store.setMappedFileSizeCommitLog(usual.getMappedFileSizeCommitLog());
        store.setMappedFileSizeConsumeQueue(usual.getMappedFileSizeConsumeQueue());
        store.setMaxHashSlotNum(usual.getMaxHashSlotNum());
        store.setMaxIndexNum(usual.getMaxIndexNum());
        store.setFlushDelayOffsetInterval(usual.getFlushDelayOffsetInterval());
    }
}
