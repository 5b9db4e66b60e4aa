package io.rmqtx.demo.watch;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Round the points service. The timeline is given by the demo. */
@Configuration(proxyBeanMethods = false)
public class PointsWatchConfiguration {

    @Bean
    static PointsWatch pointsWatch(Timeline timeline) {
        return new PointsWatch(timeline);
    }
}
