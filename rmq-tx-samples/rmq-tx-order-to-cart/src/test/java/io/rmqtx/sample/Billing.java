package io.rmqtx.sample;

import io.rmqtx.Idempotent;
import io.rmqtx.ReliableMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.hook.ConsumeMessageContext;
import org.apache.rocketmq.client.hook.ConsumeMessageHook;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.spring.annotation.RocketMQMessageListener;
import org.apache.rocketmq.spring.core.RocketMQListener;
import org.apache.rocketmq.spring.core.RocketMQPushConsumerLifecycleListener;
import org.springframework.jdbc.core.JdbcTemplate;

/** A listener of rocketmq-spring that rmq-tx protects: it bills each order once, and says so once. */
@RocketMQMessageListener(
        topic = "${sample.orders-topic}",
        consumerGroup = "${test.billing-group}",
        selectorExpression = "PLACED")
class Billing implements RocketMQListener<MessageExt>, RocketMQPushConsumerLifecycleListener {

    private final JdbcTemplate jdbc;
    final List<String> attempts = new CopyOnWriteArrayList<>();
    final List<String> succeeded = new CopyOnWriteArrayList<>();

    public Billing(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        jdbc.execute("CREATE TABLE bill (order_id VARCHAR(64) NOT NULL)");
    }

    @Override
    @Idempotent(group = "${test.billing-group}", key = "#message.getUserProperty('rmqtx_id') ?: #message.getMsgId()")
    @ReliableMessage(topic = "${test.bills-topic}", payload = "#message.getKeys() ?: 'foreign'")
    public void onMessage(MessageExt message) {
        String order = message.getUserProperty("rmqtx_key");
        jdbc.update("INSERT INTO bill (order_id) VALUES (?)", order == null ? "foreign" : order);
        attempts.add(String.valueOf(order));
        if (String.valueOf(order).startsWith("fails-once") && message.getReconsumeTimes() == 0) {
            throw new IllegalStateException("The first attempt fails after it has written.");
        }
    }

    @Override
    public void prepareStart(DefaultMQPushConsumer consumer) {
        // By default what is sent while the group is just being assigned its first queues is skipped.
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setPollNameServerInterval(1000);
        consumer.setHeartbeatBrokerInterval(1000);
        registerHook(consumer, new ConsumeMessageHook() {
            @Override
            public String hookName() {
                return "succeeded";
            }

            @Override
            public void consumeMessageBefore(ConsumeMessageContext context) {}

            @Override
            public void consumeMessageAfter(ConsumeMessageContext context) {
                if (context.isSuccess()) {
                    context.getMsgList().forEach(message -> succeeded.add(message.getUserProperty("rmqtx_key")));
                }
            }
        });
    }

    @SuppressWarnings("deprecation") // marked as internal; the client has no other way to a hook
    private static void registerHook(DefaultMQPushConsumer consumer, ConsumeMessageHook hook) {
        consumer.getDefaultMQPushConsumerImpl().registerConsumeMessageHook(hook);
    }

    List<String> bills(String order) {
        return jdbc.queryForList("SELECT order_id FROM bill WHERE order_id = ?", String.class, order);
    }
}
