package io.rmqtx.embedded;

import static io.rmqtx.embedded.Clients.half;
import static io.rmqtx.embedded.Clients.message;
import static io.rmqtx.embedded.Clients.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.exception.RemotingTimeoutException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
}
