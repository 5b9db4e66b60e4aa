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

/** Loses, refuses, delays or doubles messages that are sent, or leaves them unanswered. */
final class FaultySend extends FaultyProcessor {

    FaultySend(FaultSwitches switches, NettyRequestProcessor real, Executor executor, ScheduledExecutorService clock) {
        super(switches, real, executor, clock);
    }

    @Override
    public @Nullable RemotingCommand processRequest(ChannelHandlerContext context, RemotingCommand request)
            throws Exception {
        SendMessageRequestHeader header = SendMessageRequestHeader.parseRequestHeader(request);
        boolean half = isHalf(header);
        switches.sends.incrementAndGet();
        if (half) {
            switches.halfSends.incrementAndGet();
        }
        if (switches.sendDrops.strike()) {
            return null;
        }
        Occurrences failuresOfTopic = switches.sendFailuresTo(header.getTopic());
        if (failuresOfTopic.strike()) {
            return RemotingCommand.createResponseCommand(
                    failuresOfTopic.responseCode(), "refused by FaultSwitches.failSendsTo");
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
        if (!half && switches.sendDoublings.strike()) {
            executeWithoutAnswer(context, copy(request));
        }
        return execute(context, request);
    }

    private static boolean isHalf(SendMessageRequestHeader header) {
        if (header.getProperties() == null) {
            return false;
        }
        String prepared = MessageDecoder.string2messageProperties(header.getProperties())
                .get(MessageConst.PROPERTY_TRANSACTION_PREPARED);
        return Boolean.parseBoolean(prepared);
    }

    /** A request of its own, for the broker reads whether it is one-way only after the message is stored. */
    private static RemotingCommand copy(RemotingCommand request) {
        RemotingCommand copy = RemotingCommand.createRequestCommand(request.getCode(), null);
        copy.setLanguage(request.getLanguage());
        copy.setVersion(request.getVersion());
        copy.setExtFields(request.getExtFields());
        copy.setBody(request.getBody());
        copy.setProcessTimer(request.getProcessTimer());
        return copy;
    }
}
