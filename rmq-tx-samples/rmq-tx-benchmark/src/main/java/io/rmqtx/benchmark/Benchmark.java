package io.rmqtx.benchmark;

import io.rmqtx.benchmark.contender.CommitTimes;
import io.rmqtx.benchmark.contender.Setup;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the contenders in turn, in one order and the other (A B B A ...), so that what disturbs the machine disturbs all
 * alike. Database, broker and each contender are processes of their own. Before the measured runs come warm-ups that are
 * thrown away; after each run the harness waits until every message is in its topic and every mark is made, and refuses
 * to report if a message is missing or doubled.
 */
final class Benchmark {

    private final Options options;
    private final Servers servers;
    private final PrintStream out;

    Benchmark(Options options, Servers servers, PrintStream out) {
        this.options = options;
        this.servers = servers;
        this.out = out;
    }

    /**
     * Measures. To be called once.
     *
     * @throws MiscountException if consumers do not see exactly one message for each call
     */
    Report run() throws Exception {
        List<ContenderProcess> contenders = new ArrayList<>();
        try (TopicCounter topics = new TopicCounter(servers.nameServer())) {
            for (ContenderSpec spec : options.contenders()) {
                Setup setup = setup(spec);
                topics.create(setup.topic());
                ContenderProcess contender = ContenderProcess.start(spec, setup, options, servers.directory());
                contenders.add(contender);
                contender.awaitReady();
            }
            return Report.of(machine(), options, measure(contenders, new Deliveries(options, servers, topics)));
        } finally {
            contenders.forEach(ContenderProcess::close);
        }
    }

    private Setup setup(ContenderSpec spec) throws SQLException {
        String name = (options.mode() + "_" + spec.name()).replace('-', '_');
        return new Setup(
                spec.name(),
                servers.database().newDatabase(name),
                servers.nameServer(),
                "benchmark_" + name,
                Collections.max(options.threads()),
                options.bytes(),
                new CommitTimes());
    }

    private List<Run> measure(List<ContenderProcess> contenders, Deliveries deliveries) throws Exception {
        List<Run> runs = new ArrayList<>();
        for (Measure measure : Measure.of(options, deliveries)) {
            for (ContenderProcess contender : contenders) {
                measure.warmUp(contender, true);
            }
            for (int round = 1; round <= options.rounds(); round++) {
                List<ContenderProcess> order = new ArrayList<>(contenders);
                if (round % 2 == 0) {
                    Collections.reverse(order);
                }
                for (ContenderProcess contender : order) {
                    measure.warmUp(contender, false);
                    runs.add(measure.run(contender, round));
                }
                out.println(measure.title() + ", round " + round + " of " + options.rounds());
            }
        }
        deliveries.recount(contenders);
        return runs;
    }

    private Map<String, String> machine() throws SQLException {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        machine.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        machine.put("database", servers.database().version());
        return machine;
    }
}
