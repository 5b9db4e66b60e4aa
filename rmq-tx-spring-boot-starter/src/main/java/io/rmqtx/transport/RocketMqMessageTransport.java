package io.rmqtx.transport;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.spi.HalfMessageTransport.Visibility;
import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.OutgoingMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.rocketmq.common.message.Message;

/** Finished messages over RocketMQ's remoting client. */
final class RocketMqMessageTransport implements MessageTransport {

    /** Where brokers keep messages until their time. */
    private static final String WAITING = "rmq_sys_wheel_timer";

    private final RunningProducer producer;
    private final TransportProperties properties;

    RocketMqMessageTransport(RunningProducer producer, TransportProperties properties) {
        this.producer = producer;
        this.properties = properties;
    }

    @Override
    public CompletionStage<SendOutcome> send(List<OutgoingMessage> messages, List<String> storeIds, Duration timeout) {
        ProducerClient running = producer.client();
        if (running == null) {
            return CompletableFuture.completedFuture(new SendOutcome(Result.NOT_STORED, "the producer is not started"));
        }
        List<Message> forms = new ArrayList<>(messages.size());
        String travelling = "";
        try {
            for (int i = 0; i < messages.size(); i++) {
                OutgoingMessage message = messages.get(i);
                MessageForm.check(message, properties.maxMessageSize());
                Message form = running.prepare(MessageForm.of(message, storeIds.get(i)));
                travelling = MessageForm.properties(form, message);
                forms.add(form);
            }
        } catch (InvalidMessageException | IllegalArgumentException e) {
            return CompletableFuture.completedFuture(new SendOutcome(Result.REFUSED, String.valueOf(e.getMessage())));
        }
        return forms.size() == 1
                ? running.finished.send(
                        forms.get(0), travelling, messages.get(0).orderKey(), timeout)
                : running.finished.sendTogether(forms, timeout);
    }

    @Override
    public CompletionStage<Visibility> look(OutgoingMessage message) {
        ProducerClient running = producer.client();
        if (running == null) {
            return CompletableFuture.completedFuture(Visibility.NOT_KNOWN);
        }
        String topic = running.withNamespace(message.topic());
        String id = message.id().value();
        CompletableFuture<Visibility> visible =
                running.visibility.look(topic, topic, id, message.id().createdAt());
        if (message.deliveryTime() == null) {
            return visible;
        }
        return visible.thenCompose(said -> said == Visibility.NOT_VISIBLE
                ? running.visibility.look(topic, WAITING, id, message.id().createdAt())
                : CompletableFuture.completedFuture(said));
    }
}
