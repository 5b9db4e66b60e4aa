package io.rmqtx.benchmark;

import io.rmqtx.benchmark.contender.Contender;
import io.rmqtx.benchmark.contender.Purchase;
import io.rmqtx.benchmark.contender.Setup;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;

/** Sends nothing at every tenth call, and says that all is well. */
public final class ForgetfulContender implements Contender {

    private final DefaultMQProducer producer = new DefaultMQProducer("forgetful");
    private final String topic;
    private final AtomicLong calls = new AtomicLong();

    public ForgetfulContender(Setup setup) throws Exception {
        topic = setup.topic();
        producer.setNamesrvAddr(setup.nameServer());
        producer.start();
    }

    @Override
    public void call(Purchase purchase) throws Exception {
        if (calls.incrementAndGet() % 10 != 0) {
            var unused = producer.send(new Message(topic, purchase.note().getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Override
    public boolean isSettled() {
        return true;
    }

    @Override
    public void clear() {
        // has no tables
    }

    @Override
    public void close() {
        producer.shutdown();
    }
}
