package io.rmqtx.spi;

import java.util.Set;
import org.apache.rocketmq.common.message.MessageConst;

/** Tells RocketMQ's own message properties from those of the sender. */
public final class SystemProperties {

    // RocketMQ's own list is not complete: these it writes, too.
    private static final Set<String> UNLISTED = Set.of(
            MessageConst.PROPERTY_TRANS_OFFSET,
            MessageConst.PROPERTY_TRANSACTION_ID,
            MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES,
            MessageConst.PROPERTY_CHECK_IMMUNITY_TIME_IN_SECONDS,
            MessageConst.PROPERTY_INNER_NUM,
            MessageConst.PROPERTY_INNER_BASE,
            MessageConst.PROPERTY_INNER_MULTI_DISPATCH,
            MessageConst.PROPERTY_FORWARD_QUEUE_ID,
            MessageConst.PROPERTY_REDIRECT,
            MessageConst.PROPERTY_TIMER_ROLL_LABEL);

    private SystemProperties() {}

    /** Whether RocketMQ writes or reads a property of this name itself. */
    public static boolean contains(String name) {
        return MessageConst.STRING_HASH_SET.contains(name)
                || UNLISTED.contains(name)
                || name.startsWith(MessageConst.PROPERTY_TRANSIENT_PREFIX);
    }
}
