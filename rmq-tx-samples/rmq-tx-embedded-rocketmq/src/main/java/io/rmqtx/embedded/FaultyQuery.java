package io.rmqtx.embedded;

import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.jspecify.annotations.Nullable;

/** Refuses look-ups by key or by id, or leaves them unanswered. */
final class FaultyQuery extends FaultyProcessor {

    FaultyQuery(FaultSwitches switches, NettyRequestProcessor real, Executor executor, ScheduledExecutorService clock) {
        super(switches, real, executor, clock);
    }

    @Override
    public @Nullable RemotingCommand processRequest(ChannelHandlerContext context, RemotingCommand request)
            throws Exception {
        switches.queries.incrementAndGet();
        if (switches.queryDrops.strike()) {
            return null;
        }
        if (switches.queryFailures.strike()) {
            return RemotingCommand.createResponseCommand(
                    ResponseCode.SERVICE_NOT_AVAILABLE, "refused by FaultSwitches.queryUnavailable");
        }
        return execute(context, request);
    }
}
