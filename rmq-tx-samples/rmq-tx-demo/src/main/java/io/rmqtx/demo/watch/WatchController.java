package io.rmqtx.demo.watch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What there is to see, in JSON. */
@RestController
@RequestMapping("/watch")
class WatchController {

    private final Databases databases;
    private final Broker broker;
    private final Timeline timeline;
    private final ParcelCalls parcelCalls;

    WatchController(Databases databases, Broker broker, Timeline timeline, ParcelCalls parcelCalls) {
        this.parcelCalls = parcelCalls;
        this.databases = databases;
        this.broker = broker;
        this.timeline = timeline;
    }

    /** Everything at once, for the page. */
    @GetMapping
    Map<String, Object> all() {
        Map<String, Object> all = new LinkedHashMap<>(brokerState());
        all.put("timeline", timeline());
        all.put("parcels", parcels());
        all.put("orders", orders());
        all.put("log", log());
        all.put("points", points());
        all.put("consumed", consumed());
        all.put("topic", topic());
        all.put("deadLetters", deadLetters());
        all.put("alerts", alerts());
        return all;
    }

    @GetMapping("/timeline")
    List<Timeline.Story> timeline() {
        return timeline.stories();
    }

    @GetMapping("/parcels")
    Map<String, Object> parcels() {
        return parcelCalls.all();
    }

    @GetMapping("/orders")
    List<Map<String, Object>> orders() {
        return databases.orders();
    }

    @GetMapping("/log")
    List<Map<String, Object>> log() {
        return databases.transactionLog();
    }

    @GetMapping("/points")
    List<Map<String, Object>> points() {
        return databases.points();
    }

    @GetMapping("/consumed")
    List<Map<String, Object>> consumed() {
        return databases.consumedKeys();
    }

    @GetMapping("/topic")
    List<Map<String, Object>> topic() {
        return broker.topic();
    }

    @GetMapping("/dead-letters")
    List<Map<String, Object>> deadLetters() {
        return broker.deadLetters();
    }

    @GetMapping("/alerts")
    List<Map<String, Object>> alerts() {
        return databases.alerts();
    }

    @GetMapping("/broker")
    Map<String, Object> brokerState() {
        return Map.of("brokerRunning", broker.isRunning());
    }

    /** The broker goes away; what it has stored stays. */
    @PostMapping("/broker/stop")
    Map<String, Object> stopBroker() {
        broker.stop();
        return brokerState();
    }

    /** The broker comes back. */
    @PostMapping("/broker/start")
    Map<String, Object> startBroker() {
        broker.start();
        return brokerState();
    }
}
