package io.rmqtx.embedded;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageExtBrokerInner;
import org.apache.rocketmq.store.PutMessageResult;
import org.apache.rocketmq.store.PutMessageStatus;
import org.apache.rocketmq.store.hook.PutMessageHook;
import org.junit.jupiter.api.Test;

class TimerGateTest {

    private final List<MessageExt> passed = new ArrayList<>();

    @Test
    void refusesOnlyTimerMessagesAndOnlyOnceClosed() {
        TimerGate gate = new TimerGate(step(() -> {}));
        MessageExtBrokerInner plain = message();
        MessageExtBrokerInner timer = message();
        timer.setDelayTimeMs(1000);
        assertNull(gate.executeBeforePutMessage(timer));
        gate.close();
        assertNull(gate.executeBeforePutMessage(plain));
        assertEquals(
                PutMessageStatus.SERVICE_NOT_AVAILABLE,
                gate.executeBeforePutMessage(timer).getPutMessageStatus());
        assertEquals(List.of(timer, plain), passed);
    }

    @Test
    void isClosedWhenNobodyIsAtTheWheelAnyMore() throws Exception {
        CountDownLatch at = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        TimerGate gate = new TimerGate(step(() -> {
            at.countDown();
            leave.await();
        }));
        Thread sender = new Thread(() -> gate.executeBeforePutMessage(message()));
        sender.start();
        at.await();
        Thread closer = new Thread(gate::close);
        closer.start();
        await().atMost(Duration.ofSeconds(10)).until(() -> closer.getState() == Thread.State.WAITING);
        leave.countDown();
        closer.join();
        sender.join();
    }

    private static MessageExtBrokerInner message() {
        MessageExtBrokerInner message = new MessageExtBrokerInner();
        message.setTopic("topic");
        return message;
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private PutMessageHook step(Work work) {
        return new PutMessageHook() {
            @Override
            public String hookName() {
                return "step";
            }

            @Override
            @SuppressWarnings("NullAway") // null means to go on
            public PutMessageResult executeBeforePutMessage(MessageExt message) {
                try {
                    work.run();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                passed.add(message);
                return null;
            }
        };
    }
}
