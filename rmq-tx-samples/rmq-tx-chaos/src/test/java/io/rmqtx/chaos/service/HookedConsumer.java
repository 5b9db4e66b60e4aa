package io.rmqtx.chaos.service;

import io.rmqtx.spi.RocketMqClientCustomizer;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.store.ReadOffsetType;
import org.apache.rocketmq.client.hook.ConsumeMessageContext;
import org.apache.rocketmq.client.hook.ConsumeMessageHook;
import org.apache.rocketmq.client.hook.FilterMessageContext;
import org.apache.rocketmq.client.hook.FilterMessageHook;

/** The consumer's client, with a point before and after it hands a message over, and before and after it acknowledges. */
final class HookedConsumer implements RocketMqClientCustomizer {

    private static final int SAVES_EVERY_MILLIS = 200;
    private static final long LOOKS_EVERY_NANOS = 20_000_000;

    @Override
    @SuppressWarnings("deprecation") // the hooks are to be had nowhere else
    public void customize(ClientConfig client) {
        if (client instanceof DefaultMQPushConsumer consumer) {
            consumer.setPersistConsumerOffsetInterval(SAVES_EVERY_MILLIS);
            consumer.getDefaultMQPushConsumerImpl().registerFilterMessageHook(new Fetched());
            consumer.getDefaultMQPushConsumerImpl().registerConsumeMessageHook(new Consumed(consumer));
        }
    }

    private static final class Fetched implements FilterMessageHook {

        @Override
        public String hookName() {
            return "fetched";
        }

        @Override
        public void filterMessage(FilterMessageContext context) {
            Hooks.at(CrashPoint.BEFORE_RECEIVE);
        }
    }

    private record Consumed(DefaultMQPushConsumer consumer) implements ConsumeMessageHook {

        @Override
        public String hookName() {
            return "consumed";
        }

        @Override
        public void consumeMessageBefore(ConsumeMessageContext context) {
            Hooks.at(CrashPoint.AFTER_RECEIVE);
        }

        @Override
        public void consumeMessageAfter(ConsumeMessageContext context) {
            if (!context.isSuccess()) {
                return;
            }
            Hooks.at(CrashPoint.BEFORE_ACKNOWLEDGE);
            if (Hooks.isArmed(CrashPoint.AFTER_ACKNOWLEDGE)) {
                Thread watcher = new Thread(() -> awaitPosition(context), "acknowledged");
                watcher.setDaemon(true);
                watcher.start();
            }
        }

        @SuppressWarnings("deprecation")
        private void awaitPosition(ConsumeMessageContext context) {
            long behind = context.getMsgList().get(0).getQueueOffset() + 1;
            while (consumer.getDefaultMQPushConsumerImpl()
                            .getOffsetStore()
                            .readOffset(context.getMq(), ReadOffsetType.READ_FROM_STORE)
                    < behind) {
                LockSupport.parkNanos(LOOKS_EVERY_NANOS);
            }
            Hooks.at(CrashPoint.AFTER_ACKNOWLEDGE);
        }
    }
}
