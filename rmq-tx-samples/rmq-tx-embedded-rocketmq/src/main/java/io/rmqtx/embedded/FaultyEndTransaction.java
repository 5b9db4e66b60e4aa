package io.rmqtx.embedded;

import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.header.EndTransactionRequestHeader;
import org.jspecify.annotations.Nullable;

/** Loses, delays or leaves unanswered COMMIT and ROLLBACK requests. */
final class FaultyEndTransaction extends FaultyProcessor {

    FaultyEndTransaction(
            FaultSwitches switches, NettyRequestProcessor real, Executor executor, ScheduledExecutorService clock) {
        super(switches, real, executor, clock);
    }

    @Override
    public @Nullable RemotingCommand processRequest(ChannelHandlerContext context, RemotingCommand request)
            throws Exception {
        EndTransactionRequestHeader header = request.decodeCommandCustomHeader(EndTransactionRequestHeader.class);
        int outcome = header.getCommitOrRollback();
        boolean commit = outcome == MessageSysFlag.TRANSACTION_COMMIT_TYPE;
        boolean rollback = outcome == MessageSysFlag.TRANSACTION_ROLLBACK_TYPE;
        switches.endTransactions.incrementAndGet();
        if (commit) {
            switches.commits.incrementAndGet();
        } else if (rollback) {
            switches.rollbacks.incrementAndGet();
        }
        if (commit || (rollback && switches.hitsRollbacks())) {
            if (switches.endTransactionDrops.strike()) {
                return null;
            }
            if (switches.endTransactionAnswerDrops.strike()) {
                return executeWithoutAnswer(context, request);
            }
            if (switches.endTransactionDelays.strike()) {
                return executeLater(context, request, switches.endTransactionDelays.delay());
            }
        }
        return execute(context, request);
    }
}
