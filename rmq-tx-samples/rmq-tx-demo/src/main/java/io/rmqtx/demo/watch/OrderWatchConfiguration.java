package io.rmqtx.demo.watch;

import io.rmqtx.embedded.EmbeddedRocketMq;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Round the order service. Timeline, databases and broker are given by the demo. */
@Configuration(proxyBeanMethods = false)
@Import({FateController.class, ParcelFateController.class, WatchController.class})
public class OrderWatchConfiguration {

    @Bean
    static Unended unended() {
        return new Unended();
    }

    @Bean
    static OrderWatch orderWatch(Timeline timeline, Unended unended) {
        return new OrderWatch(timeline, unended);
    }

    @Bean
    static CommitFault commitFault(EmbeddedRocketMq broker, Unended unended) {
        return new CommitFault(broker, unended);
    }

    @Bean
    static ParcelCalls parcelCalls(Databases databases) {
        return new ParcelCalls(databases);
    }

    @Bean
    static WatchFilter watchFilter(CommitFault fault) {
        return new WatchFilter(fault);
    }
}
