package io.rmqtx.embedded;

import org.apache.rocketmq.broker.transaction.queue.DefaultTransactionalMessageCheckListener;
import org.apache.rocketmq.common.message.MessageExt;

/** Loses check-backs after the broker has decided to make them. */
final class FaultyCheckListener extends DefaultTransactionalMessageCheckListener {

    private final FaultSwitches switches;

    FaultyCheckListener(FaultSwitches switches) {
        this.switches = switches;
    }

    @Override
    public void resolveHalfMsg(MessageExt half) {
        switches.checks.incrementAndGet();
        if (!switches.checkDrops.strike()) {
            super.resolveHalfMsg(half);
        }
    }
}
