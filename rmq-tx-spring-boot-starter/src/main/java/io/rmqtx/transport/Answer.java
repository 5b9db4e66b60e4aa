package io.rmqtx.transport;

import io.netty.channel.Channel;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/**
 * A broker's answer and the connection that it came by.
 *
 * @param response the answer
 * @param channel the connection
 */
record Answer(RemotingCommand response, Channel channel) {}
