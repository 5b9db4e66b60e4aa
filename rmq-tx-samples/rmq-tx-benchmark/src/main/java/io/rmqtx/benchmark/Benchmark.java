package io.rmqtx.benchmark;

import io.rmqtx.benchmark.contender.Setup;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.exception.MQClientException;

/**
 * Runs the contenders in turn, in one order and the other (A B B A ...), so that what disturbs the machine disturbs all
 * alike. Database, broker and each contender are processes of their own. Before each measured run comes a warm-up that
 * is thrown away; after each run the harness waits until every message is in its topic and every mark is made, and
 * refuses to report if a message is missing or doubled.
 */
final class Benchmark {

    private final Options options;
    private final Servers servers;
    private final PrintStream out;
    private final Map<String, Long> calls = new LinkedHashMap<>();

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
                ContenderProcess contender = start(spec);
                contenders.add(contender);
                contender.awaitReady();
            }
            return Report.of(machine(), options, measure(contenders, new Observer(topics)));
        } finally {
            contenders.forEach(ContenderProcess::close);
        }
    }

    private ContenderProcess start(ContenderSpec spec) throws SQLException {
        String name = spec.name().replace('-', '_');
        int connections = Collections.max(options.threads());
        Setup setup = new Setup(
                spec.name(),
                servers.database().newDatabase(name),
                servers.nameServer(),
                "benchmark_" + name,
                connections);
        return ContenderProcess.start(spec, setup, options.bytes(), servers.directory(), options.record());
    }

    private List<Run> measure(List<ContenderProcess> contenders, Observer observer) throws Exception {
        List<Run> runs = new ArrayList<>();
        for (int threads : options.threads()) {
            for (ContenderProcess contender : contenders) {
                observer.observe(contender, threads, 0, options.first());
            }
            for (int round = 1; round <= options.rounds(); round++) {
                List<ContenderProcess> order = new ArrayList<>(contenders);
                if (round % 2 == 0) {
                    Collections.reverse(order);
                }
                for (ContenderProcess contender : order) {
                    observer.observe(contender, threads, round, options.warmUp());
                    runs.add(observer.observe(contender, threads, round, options.measured()));
                }
                out.println(threads + " threads, round " + round + " of " + options.rounds());
            }
        }
        observer.recount(contenders);
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

    /** Watches single runs. */
    private final class Observer {

        private final TopicCounter topics;

        Observer(TopicCounter topics) {
            this.topics = topics;
        }

        private Cpu used(ContenderProcess contender) {
            return Cpu.now(
                    contender.handle(),
                    servers.database().handle(),
                    servers.broker().handle());
        }

        Run observe(ContenderProcess contender, int threads, int round, Duration length) throws Exception {
            long before = visible(contender);
            long start = System.nanoTime();
            Cpu usedBefore = used(contender);
            LoadResult load = contender.run(threads, length);
            long delivered = settle(contender, before, load.calls());
            Cpu used = used(contender).since(usedBefore);
            double wall = (System.nanoTime() - start) / 1e9;
            calls.merge(contender.name(), load.calls(), Long::sum);
            contender.clear();
            return Run.of(contender.name(), threads, round, load, delivered, used, wall);
        }

        /** A topic begins with the first message. */
        private long visible(ContenderProcess contender) throws MQClientException {
            return calls.containsKey(contender.name()) ? topics.visible(contender.topic()) : 0;
        }

        private long settle(ContenderProcess contender, long before, long expected) throws Exception {
            long deadline = System.nanoTime() + options.settle().toNanos();
            while (true) {
                long delivered = topics.visible(contender.topic()) - before;
                if (delivered > expected) {
                    throw new MiscountException(contender.name(), expected, delivered);
                }
                if (delivered == expected && contender.isSettled()) {
                    return delivered;
                }
                if (System.nanoTime() > deadline) {
                    throw new MiscountException(contender.name(), expected, delivered);
                }
                Thread.sleep(20);
            }
        }

        /** Once more over all, for copies that came late. */
        void recount(List<ContenderProcess> contenders) throws MQClientException, MiscountException {
            for (ContenderProcess contender : contenders) {
                long expected = calls.getOrDefault(contender.name(), 0L);
                long delivered = topics.visible(contender.topic());
                if (delivered != expected) {
                    throw new MiscountException(contender.name(), expected, delivered);
                }
            }
        }
    }
}
