package io.rmqtx.embedded;

import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.remoting.netty.NettyRemotingAbstract;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.jspecify.annotations.Nullable;

/** Stands before one of the broker's request processors; null as the answer means that none is sent. */
abstract class FaultyProcessor implements NettyRequestProcessor {

    final FaultSwitches switches;
    private final NettyRequestProcessor real;
    private final Executor executor;
    private final ScheduledExecutorService clock;

    FaultyProcessor(
            FaultSwitches switches, NettyRequestProcessor real, Executor executor, ScheduledExecutorService clock) {
        this.switches = switches;
        this.real = real;
        this.executor = executor;
        this.clock = clock;
    }

    @Override
    public boolean rejectRequest() {
        return real.rejectRequest();
    }

    @Nullable
    RemotingCommand execute(ChannelHandlerContext context, RemotingCommand request) throws Exception {
        return real.processRequest(context, request);
    }

    /** Some processors answer by themselves, from another thread: only a request marked one-way stays unanswered. */
    @Nullable
    RemotingCommand executeWithoutAnswer(ChannelHandlerContext context, RemotingCommand request) throws Exception {
        request.markOnewayRPC();
        execute(context, request);
        return null;
    }

    @Nullable
    RemotingCommand executeLater(ChannelHandlerContext context, RemotingCommand request, Duration delay) {
        // The clock's only thread hands over to the broker's pool, and is stopped together with the broker.
        Runnable handOver = () -> {
            try {
                executor.execute(() -> executeAndAnswer(context, request));
            } catch (RejectedExecutionException e) {
                // The broker is going down: the request is lost with it.
            }
        };
        var unused = clock.schedule(handOver, delay.toNanos(), TimeUnit.NANOSECONDS);
        return null;
    }

    private void executeAndAnswer(ChannelHandlerContext context, RemotingCommand request) {
        RemotingCommand answer;
        try {
            answer = execute(context, request);
        } catch (Exception e) {
            answer = RemotingCommand.createResponseCommand(ResponseCode.SYSTEM_ERROR, "delayed request failed: " + e);
        }
        NettyRemotingAbstract.writeResponse(context.channel(), request, answer, null, null);
    }
}
