package io.rmqtx.chaos;

import io.rmqtx.chaos.service.Tally;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Instances of services under load, which are killed at random moments and started again. */
final class RandomKills implements AutoCloseable {

    private final long seed = System.nanoTime();
    private final AtomicInteger kills = new AtomicInteger();
    private final List<Instance> instances = new ArrayList<>();
    private final ExecutorService killers = Executors.newCachedThreadPool();

    /** One instance: a process, and after its death the next one. */
    private final class Instance {

        private final Function<String, ServiceProcess> starter;
        private final String load;
        private final Path file;
        private final Tally tally;
        private ServiceProcess process;
        private boolean working;

        Instance(Path file, Function<String, ServiceProcess> starter, String load) {
            this.starter = starter;
            this.load = load;
            this.file = file;
            this.tally = new Tally(file);
            this.process = start();
        }

        ServiceProcess start() {
            working = false;
            return starter.apply(file.toString());
        }

        void work() {
            if (working) {
                return;
            }
            process.ready();
            if (!load.isEmpty()) {
                process.tell(load);
            }
            working = true;
        }

        /** Kills it now and then, mostly while it works, sometimes while it starts; at the end it is well. */
        void harass(Random random, BooleanSupplier enough) {
            while (!enough.getAsBoolean()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(500, 4_000)));
                if (!enough.getAsBoolean()) {
                    process.kill();
                    kills.incrementAndGet();
                    process = start();
                    if (random.nextInt(4) > 0) {
                        work();
                    }
                }
            }
            work();
        }
    }

    /**
     * Starts one more instance.
     *
     * @param file its tally, which the starter is given
     * @param load the command for its load; empty if that comes from elsewhere
     */
    void add(Path file, Function<String, ServiceProcess> starter, String load) {
        instances.add(new Instance(file, starter, load));
    }

    /** Kills for so long and, on a busy machine, until enough has happened; then all instances are well. */
    void run(Duration least, BooleanSupplier enough, Runnable meanwhile) throws Exception {
        instances.forEach(Instance::work);
        long begin = System.nanoTime();
        BooleanSupplier over = () -> System.nanoTime() - begin > least.toNanos() && enough.getAsBoolean();
        List<Future<?>> harassed = new ArrayList<>();
        for (Instance instance : instances) {
            Random random = new Random(seed + harassed.size());
            harassed.add(killers.submit(() -> instance.harass(random, over)));
        }
        meanwhile.run();
        for (Future<?> future : harassed) {
            future.get();
        }
    }

    /** Every instance that has a load ends it. */
    void stopLoad() {
        instances.stream()
                .filter(instance -> !instance.load.isEmpty())
                .forEach(instance -> instance.process.tell("stop-load"));
    }

    /** One of those that are well. */
    ServiceProcess any() {
        return instances.get(0).process;
    }

    int kills() {
        return kills.get();
    }

    /** What the moments were chosen by. */
    long seed() {
        return seed;
    }

    /** The sum over all instances and their predecessors. */
    long total(Tally.Count count) {
        return instances.stream()
                .mapToLong(instance -> instance.tally.get(count))
                .sum();
    }

    @Override
    public void close() {
        killers.shutdownNow();
        instances.forEach(instance -> instance.process.close());
    }
}
