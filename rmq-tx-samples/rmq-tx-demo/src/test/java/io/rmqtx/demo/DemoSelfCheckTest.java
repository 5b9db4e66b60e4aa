package io.rmqtx.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rmqtx.demo.points.PointsServiceApplication;
import io.rmqtx.demo.watch.Broker;
import io.rmqtx.embedded.FaultSwitches;
import java.time.Duration;
import java.util.List;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The self-check passes when all is well, and fails when a mechanism that it is about is broken. */
class DemoSelfCheckTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void passesWhenAllIsWell() throws Exception {
        try (Demo demo = Demo.start(0, 0)) {
            List<Check> checks = SelfCheck.run(demo, LONG);

            assertThat(checks).hasSizeGreaterThan(28).allMatch(Check::ok);
            assertThat(checks)
                    .extracting(Check::fate)
                    .contains("success", "commit lost", "consumption fails", "delivered twice", "broker away");
        }
    }

    @Test
    void failsWhenTheConsumerIsNotIdempotent() throws Exception {
        try (Demo demo = Demo.startWith(BrokerIdPointsService.class, 0, 0)) {
            List<Check> failed = failed(SelfCheck.run(demo, LONG));

            assertThat(failed)
                    .extracting(Check::fate, Check::what, Check::found)
                    .contains(tuple("delivered twice", "points granted: 1", "2"));
            assertThat(failed).allMatch(check -> check.fate().equals("delivered twice"));
        }
    }

    @Test
    @Tag("full")
    void failsWhenTheBrokerCannotAskBack() throws Exception {
        try (Demo demo = Demo.startWith(PointsServiceApplication.class, 0, 0)) {
            demo.broker().faults().dropChecks(FaultSwitches.ALWAYS);

            List<Check> failed = failed(SelfCheck.run(demo, Duration.ofSeconds(10)));

            assertThat(failed)
                    .extracting(Check::fate, Check::what)
                    .contains(tuple("commit lost", "message in topic ORDERS: 1"));
        }
    }

    @Test
    @Tag("full")
    void failsWhenWhatWaitedForTheBrokerIsNotSent() throws Exception {
        try (Demo demo = Demo.start(0, 0)) {
            demo.broker().faults().failSendsTo(Broker.PARCELS, ResponseCode.SYSTEM_BUSY, FaultSwitches.ALWAYS);

            List<Check> failed = failed(SelfCheck.run(demo, Duration.ofSeconds(15)));

            assertThat(failed)
                    .extracting(Check::fate, Check::what)
                    .contains(tuple("broker away", "rows PENDING when it is back: 0"))
                    .contains(tuple("broker away", "consumed once, in order: ada's 12"));
        }
    }

    private static List<Check> failed(List<Check> checks) {
        return checks.stream().filter(check -> !check.ok()).toList();
    }
}
