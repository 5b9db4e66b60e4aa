package io.rmqtx.sample;

import io.rmqtx.sample.order.Order;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.spring.annotation.RocketMQMessageListener;
import org.apache.rocketmq.spring.core.RocketMQListener;
import org.apache.rocketmq.spring.core.RocketMQPushConsumerLifecycleListener;

/** A listener of rocketmq-spring that knows nothing of rmq-tx, and reads the body by rocketmq-spring's own converter. */
@RocketMQMessageListener(topic = "${sample.orders-topic}", consumerGroup = "${test.statistics-group}")
class Statistics implements RocketMQListener<Order>, RocketMQPushConsumerLifecycleListener {

    final List<Order> orders = new CopyOnWriteArrayList<>();

    @Override
    public void onMessage(Order order) {
        orders.add(order);
    }

    @Override
    public void prepareStart(DefaultMQPushConsumer consumer) {
        // By default what is sent while the group is just being assigned its first queues is skipped.
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setPollNameServerInterval(1000);
        consumer.setHeartbeatBrokerInterval(1000);
    }
}
