package io.rmqtx.transport;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.rocketmq.client.impl.factory.MQClientInstance;
import org.apache.rocketmq.remoting.InvokeCallback;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.netty.NettyRemotingClient;
import org.apache.rocketmq.remoting.netty.ResponseFuture;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/**
 * Requests of our own through the client's connections. The client's methods hide the connection that a request went
 * by, and the protocol needs it: coordinates are only good on the connection on which they were given.
 *
 * <p>The client gives up a lost answer one to two seconds after its time-out. Who cannot wait so long bounds his own
 * waiting: a timer for each request would cost more than all the rest of it.
 */
final class BrokerRequests {

    private final NettyRemotingClient remoting;

    BrokerRequests(MQClientInstance instance) {
        this.remoting = (NettyRemotingClient) instance.getMQClientAPIImpl().getRemotingClient();
    }

    /** Sends to an address, connecting first if need be; the answer tells by which connection. */
    CompletableFuture<Answer> send(String address, RemotingCommand request, Duration timeout) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        try {
            remoting.invokeAsync(address, request, timeout.toMillis(), new InvokeCallback() {
                @Override
                public void operationComplete(ResponseFuture response) {
                    RemotingCommand command = response.getResponseCommand();
                    if (command != null) {
                        answer.complete(new Answer(command, response.getChannel()));
                    }
                }

                @Override
                public void operationFail(Throwable cause) {
                    answer.completeExceptionally(cause);
                }
            });
        } catch (RemotingException e) {
            answer.completeExceptionally(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.completeExceptionally(e);
        }
        return answer;
    }

    /** Sends over this very connection. */
    CompletableFuture<Answer> send(Channel channel, RemotingCommand request, Duration timeout) {
        // The client waits for a permit even where there are plenty, and gives up if the thread is interrupted; but a
        // commit must leave also when the business was told to hurry.
        boolean interrupted = Thread.interrupted();
        try {
            return remoting.invokeImpl(channel, request, timeout.toMillis())
                    .thenApply(response -> new Answer(response.getResponseCommand(), response.getChannel()));
        } catch (RuntimeException e) { // from a hook
            return CompletableFuture.failedFuture(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
