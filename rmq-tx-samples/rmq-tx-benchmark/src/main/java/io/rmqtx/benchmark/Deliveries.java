package io.rmqtx.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.exception.MQClientException;

/** Counts, from outside and at the broker, what the contenders deliver. */
final class Deliveries {

    private final Options options;
    private final Servers servers;
    private final TopicCounter topics;
    private final Map<String, Long> expected = new LinkedHashMap<>();

    Deliveries(Options options, Servers servers, TopicCounter topics) {
        this.options = options;
        this.servers = servers;
        this.topics = topics;
    }

    /** Watches what a contender delivers from now on. */
    Watch watch(ContenderProcess contender) throws MQClientException {
        return new Watch(contender, options, this);
    }

    long visible(ContenderProcess contender) throws MQClientException {
        return topics.visible(contender.topic());
    }

    Cpu used(ContenderProcess contender) {
        return Cpu.now(
                contender.handle(),
                servers.database().handle(),
                servers.broker().handle());
    }

    /** A watch ended well. */
    void delivered(ContenderProcess contender, long messages) {
        expected.merge(contender.name(), messages, Long::sum);
    }

    /** Once more over all, for copies that came late. */
    void recount(List<ContenderProcess> contenders) throws MQClientException, MiscountException {
        for (ContenderProcess contender : contenders) {
            long calls = expected.getOrDefault(contender.name(), 0L);
            long delivered = visible(contender);
            if (delivered != calls) {
                throw new MiscountException(contender.name(), calls, delivered);
            }
        }
    }
}
