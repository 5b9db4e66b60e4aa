package io.rmqtx.producer;

import io.rmqtx.spi.RocketMqClientSettings;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.apache.rocketmq.remoting.RPCHook;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Fault injector: the broker stores what is sent, and says that it does not know whether it is on the disk. */
final class UncertainStorage implements RPCHook, BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof RocketMqClientSettings real
                ? Proxy.newProxyInstance(
                        RocketMqClientSettings.class.getClassLoader(),
                        new Class<?>[] {RocketMqClientSettings.class},
                        (self, method, arguments) -> {
                            if (method.getName().equals("accessHook")) {
                                return this;
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        })
                : bean;
    }

    @Override
    public void doBeforeRequest(String remoteAddress, RemotingCommand request) {}

    @Override
    public void doAfterResponse(String remoteAddress, RemotingCommand request, RemotingCommand response) {
        if (request.getCode() == RequestCode.SEND_MESSAGE_V2 && response.getCode() == ResponseCode.SUCCESS) {
            response.setCode(ResponseCode.FLUSH_DISK_TIMEOUT);
        }
    }
}
