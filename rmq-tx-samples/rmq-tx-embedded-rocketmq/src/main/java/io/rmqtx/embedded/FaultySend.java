package io.rmqtx.embedded;

import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.header.SendMessageRequestHeader;
import org.jspecify.annotations.Nullable;

/** Refuses or delays messages that are sent, or leaves them unanswered. */
final class FaultySend extends FaultyProcessor {

    FaultySend(FaultSwitches switches, NettyRequestProcessor real, Executor executor, ScheduledExecutorService clock) {
        super(switches, real, executor, clock);
    }

    @Override
    public @Nullable RemotingCommand processRequest(ChannelHandlerContext context, RemotingCommand request)
            throws Exception {
        switches.sends.incrementAndGet();
        if (isHalf(request)) {
            switches.halfSends.incrementAndGet();
        }
        if (switches.sendFailures.strike()) {
            return RemotingCommand.createResponseCommand(
                    switches.sendFailures.responseCode(), "refused by FaultSwitches.failSends");
        }
        if (switches.sendAnswerDrops.strike()) {
            return executeWithoutAnswer(context, request);
        }
        if (switches.sendDelays.strike()) {
            return executeLater(context, request, switches.sendDelays.delay());
        }
        return execute(context, request);
    }

    private static boolean isHalf(RemotingCommand request) throws Exception {
        SendMessageRequestHeader header = SendMessageRequestHeader.parseRequestHeader(request);
        if (header == null || header.getProperties() == null) {
            return false;
        }
        String prepared = MessageDecoder.string2messageProperties(header.getProperties())
                .get(MessageConst.PROPERTY_TRANSACTION_PREPARED);
        return Boolean.parseBoolean(prepared);
    }
}
