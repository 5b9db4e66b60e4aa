package io.rmqtx.embedded;

import static io.rmqtx.embedded.Clients.half;
import static io.rmqtx.embedded.Clients.message;
import static io.rmqtx.embedded.Clients.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.broker.transaction.queue.TransactionalMessageUtil;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.exception.RemotingTimeoutException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

class FaultSwitchesTest {

    private static final int COMMIT = MessageSysFlag.TRANSACTION_COMMIT_TYPE;
    private static final int ROLLBACK = MessageSysFlag.TRANSACTION_ROLLBACK_TYPE;

    /** Checks must not repair what these tests break, so they come late; a class of their own starts quickly. */
    @RegisterExtension
    static final EmbeddedRocketMqExtension extension =
            EmbeddedRocketMqExtension.dedicated(builder -> builder.transactionTimeout(Duration.ofSeconds(2)));

    private final EmbeddedRocketMq rocketMq = extension.get();
    private final FaultSwitches faults = rocketMq.faults();
    private Clients clients;
    private DefaultMQProducer producer;
    private String topic;

    @BeforeEach
    void openClients() throws Exception {
        clients = new Clients(rocketMq);
        producer = clients.producer();
        topic = unique("faults");
        rocketMq.createTopic(topic, 1);
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @Test
    void aDroppedCommitIsNotExecuted() throws Exception {
        SendResult half = half(producer, message(topic, "a"));
        faults.dropEndTransaction(1);
        assertThrows(RemotingTimeoutException.class, () -> clients.end(producer, topic, half, COMMIT, 300));
        assertEquals(0, rocketMq.count(topic));
        assertEquals(ResponseCode.SUCCESS, clients.end(producer, topic, half, COMMIT, 3000));
        assertEquals(1, rocketMq.count(topic));
        assertEquals(2, faults.seenCommits());
        assertEquals(2, faults.seenEndTransactions());
        assertEquals(0, faults.seenRollbacks());
        assertEquals(1, faults.seenHalfSends());
        assertEquals(1, faults.seenSends());
    }

    @Test
    void aCommitWhoseAnswerIsDroppedIsExecuted() throws Exception {
        SendResult half = half(producer, message(topic, "a"));
        faults.dropEndTransactionAnswer(1);
        assertThrows(RemotingTimeoutException.class, () -> clients.end(producer, topic, half, COMMIT, 300));
        assertEquals(1, rocketMq.count(topic));
    }

    @Test
    void aDelayedCommitIsExecutedAndAnsweredLater() throws Exception {
        SendResult half = half(producer, message(topic, "a"));
        faults.delayEndTransaction(Duration.ofMillis(400), 1);
        long begin = System.nanoTime();
        assertEquals(ResponseCode.SUCCESS, clients.end(producer, topic, half, COMMIT, 3000));
        assertTrue(System.nanoTime() - begin >= Duration.ofMillis(400).toNanos());
        assertEquals(1, rocketMq.count(topic));
    }

    @Test
    void commitsOnlySparesRollbacks() throws Exception {
        SendResult half = half(producer, message(topic, "a"));
        faults.dropEndTransaction(FaultSwitches.ALWAYS);
        faults.commitsOnly(true);
        assertEquals(ResponseCode.SUCCESS, clients.end(producer, topic, half, ROLLBACK, 3000));
        assertEquals(1, faults.seenRollbacks());
        faults.commitsOnly(false);
        assertThrows(RemotingTimeoutException.class, () -> clients.end(producer, topic, half, ROLLBACK, 300));
    }

    @Test
    void sendsAreRefusedDelayedAndLeftUnanswered() throws Exception {
        producer.setRetryTimesWhenSendFailed(0);
        producer.send(message(topic, "warm"));
        faults.failSends(ResponseCode.MESSAGE_ILLEGAL, 1);
        MQBrokerException refused =
                assertThrows(MQBrokerException.class, () -> producer.send(message(topic, "refused")));
        assertEquals(ResponseCode.MESSAGE_ILLEGAL, refused.getResponseCode());
        assertEquals(1, rocketMq.count(topic));

        faults.delaySends(Duration.ofMillis(600), 1);
        assertThrows(Exception.class, () -> producer.send(message(topic, "late"), 300));
        await().atMost(Duration.ofSeconds(3)).until(() -> rocketMq.count(topic) == 2);

        faults.dropSendAnswers(1);
        assertThrows(Exception.class, () -> producer.send(message(topic, "unanswered"), 300));
        assertEquals(3, rocketMq.count(topic));
        assertEquals(4, faults.seenSends());
        assertEquals(0, faults.seenHalfSends());
    }

    @Test
    void batchesAreRefusedDelayedAndLeftUnansweredAsAWhole() throws Exception {
        producer.send(batch("warm"));
        faults.failSends(ResponseCode.MESSAGE_ILLEGAL, 1);
        assertRefused(() -> producer.send(batch("refused")));
        assertEquals(2, rocketMq.count(topic));

        faults.delaySends(Duration.ofMillis(400), 1);
        long begin = System.nanoTime();
        producer.send(batch("late"));
        assertTrue(System.nanoTime() - begin >= Duration.ofMillis(400).toNanos());
        assertEquals(4, rocketMq.count(topic));

        faults.dropSendAnswers(1);
        assertThrows(Exception.class, () -> producer.send(batch("unanswered"), 300));
        assertEquals(6, rocketMq.count(topic));
        assertEquals(4, faults.seenSends());
    }

    @Test
    void aDroppedSendIsNeitherStoredNorAnswered() throws Exception {
        producer.send(message(topic, "warm"));
        faults.dropSends(3);
        assertThrows(Exception.class, () -> producer.send(message(topic, "lost"), 300));
        assertThrows(Exception.class, () -> producer.send(batch("lost"), 300));
        assertThrows(Exception.class, () -> half(producer, message(topic, "lost"), 300));
        assertEquals(4, faults.seenSends());
        producer.send(message(topic, "kept"));
        assertEquals(List.of("warm", "kept"), bodies());
        assertEquals(0, halfMessages());
    }

    @Test
    void onlySendsToTheGivenTopicAreRefused() throws Exception {
        String other = unique("other");
        rocketMq.createTopic(other, 1);
        faults.failSendsTo(topic, ResponseCode.MESSAGE_ILLEGAL, 3);
        faults.failSendsTo(other, ResponseCode.INVALID_PARAMETER, 0);
        producer.send(message(other, "passes"));
        assertRefused(() -> producer.send(message(topic, "refused")));
        assertRefused(() -> producer.send(batch("refused")));
        assertRefused(() -> half(producer, message(topic, "refused")));
        producer.send(message(topic, "passes"));
        assertEquals(List.of("passes"), bodies());
        assertEquals(1, rocketMq.count(other));
        assertEquals(0, halfMessages());
    }

    @Test
    void refusingByTopicLeavesTheOtherRefusalsAlone() throws Exception {
        String other = unique("other");
        rocketMq.createTopic(other, 1);
        faults.failSends(ResponseCode.INVALID_PARAMETER, 1);
        faults.failSendsTo(topic, ResponseCode.MESSAGE_ILLEGAL, FaultSwitches.ALWAYS);
        assertRefused(() -> producer.send(message(topic, "by topic")));
        assertEquals(
                ResponseCode.INVALID_PARAMETER,
                assertThrows(MQBrokerException.class, () -> producer.send(message(other, "by all")))
                        .getResponseCode());
        producer.send(message(other, "passes"));
        faults.reset();
        producer.send(message(topic, "passes"));
        assertEquals(List.of("passes"), bodies());
    }

    @Test
    void whatIsDeliveredTwiceReachesEveryConsumerTwice() throws Exception {
        String group = unique("group");
        rocketMq.createConsumerGroup(group);
        Message message = message(topic, "doubled");
        message.putUserProperty("colour", "red");
        faults.deliverTwice(2);
        SendResult sent = producer.send(message);
        producer.send(batch("doubled"));
        producer.send(message(topic, "single"));

        assertEquals(
                List.of("doubled", "doubled", "doubled 1", "doubled 2", "doubled 1", "doubled 2", "single"), bodies());
        assertEquals(3, faults.seenSends());
        assertEquals(1, sent.getQueueOffset());
        for (StoredMessage copy : rocketMq.messages(topic).subList(0, 2)) {
            assertEquals("red", copy.property("colour"));
            assertEquals(sent.getMsgId(), copy.messageId());
        }
        clients.consumer(topic, group, ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> clients.times("doubled") == 2
                        && clients.times("doubled 1") == 2
                        && clients.times("doubled 2") == 2
                        && clients.times("single") == 1);
    }

    @Test
    void aHalfMessageIsNeverDoubled() throws Exception {
        faults.deliverTwice(1);
        SendResult half = half(producer, message(topic, "a"));
        assertEquals(1, halfMessages());
        assertEquals(ResponseCode.SUCCESS, clients.end(producer, topic, half, COMMIT, 3000));
        assertEquals(1, rocketMq.count(topic));
        producer.send(message(topic, "b"));
        assertEquals(List.of("a", "b", "b"), bodies());
        faults.deliverTwice(1);
        faults.reset();
        producer.send(message(topic, "c"));
        assertEquals(4, rocketMq.count(topic));
    }

    @Test
    void faultsSurviveARestart() throws Exception {
        SendResult half = half(producer, message(topic, "a"));
        faults.dropEndTransaction(1);
        rocketMq.restartBroker();
        assertThrows(RemotingTimeoutException.class, () -> clients.end(producer, topic, half, COMMIT, 300));
        assertEquals(0, rocketMq.count(topic));
    }

    @Test
    void droppedChecksDoNotReachTheProducer() throws Exception {
        AtomicInteger checks = new AtomicInteger();
        TransactionMQProducer transactional = clients.transactional(topic, () -> {
            checks.incrementAndGet();
            return LocalTransactionState.COMMIT_MESSAGE;
        });
        faults.dropChecks(1);
        transactional.sendMessageInTransaction(message(topic, "tx"), null);
        await().atMost(Duration.ofSeconds(10)).until(() -> rocketMq.count(topic) == 1);
        assertEquals(1, checks.get());
        assertTrue(faults.seenChecks() >= 2);
    }

    @Test
    @SuppressWarnings("deprecation") // the stock look-ups, which applications use
    void lookUpsFail() throws Exception {
        Message message = message(topic, "a");
        message.setKeys("k");
        SendResult sent = producer.send(message);
        await().atMost(Duration.ofSeconds(3))
                .until(() -> producer.queryMessage(topic, "k", 1, 0, Long.MAX_VALUE)
                                .getMessageList()
                                .size()
                        == 1);
        faults.queryUnavailable(FaultSwitches.ALWAYS);
        assertThrows(MQClientException.class, () -> producer.queryMessage(topic, "k", 1, 0, Long.MAX_VALUE));
        assertThrows(Exception.class, () -> producer.viewMessage(topic, sent.getOffsetMsgId()));
        assertTrue(faults.seenQueries() >= 2);
        faults.reset();
        faults.dropQueries(1);
        assertThrows(Exception.class, () -> producer.getDefaultMQProducerImpl()
                .getMqClientFactory()
                .getMQClientAPIImpl()
                .viewMessage(
                        rocketMq.brokerAddress(),
                        topic,
                        MessageDecoder.decodeMessageId(sent.getOffsetMsgId()).getOffset(),
                        300));
        assertEquals(1, faults.seenQueries());
    }

    private List<Message> batch(String body) {
        return List.of(message(topic, body + " 1"), message(topic, body + " 2"));
    }

    private List<String> bodies() {
        return rocketMq.messages(topic).stream()
                .map(StoredMessage::bodyAsString)
                .toList();
    }

    private long halfMessages() {
        return rocketMq.messages(TransactionalMessageUtil.buildHalfTopic()).stream()
                .filter(half -> topic.equals(half.property(MessageConst.PROPERTY_REAL_TOPIC)))
                .count();
    }

    private static void assertRefused(Executable send) {
        MQBrokerException refused = assertThrows(MQBrokerException.class, send);
        assertEquals(ResponseCode.MESSAGE_ILLEGAL, refused.getResponseCode());
    }
}
