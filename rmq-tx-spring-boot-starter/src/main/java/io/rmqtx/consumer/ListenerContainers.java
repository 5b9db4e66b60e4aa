package io.rmqtx.consumer;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.spi.RequirementSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.SmartLifecycle;

/** All containers: planned and checked when the singletons are there, started last and stopped first. */
final class ListenerContainers implements SmartInitializingSingleton, SmartLifecycle, RequirementSource {

    // After everything that listeners use, and after the web server: a message may make a listener call it.
    static final int PHASE = Integer.MAX_VALUE - 100;

    private final ContainerPlan plan;
    private List<ListenerContainer> containers = List.of();
    private volatile boolean running;

    ListenerContainers(ContainerPlan plan) {
        this.plan = plan;
    }

    @Override
    public void afterSingletonsInstantiated() {
        containers = plan.containers();
    }

    @Override
    public List<ClusterRequirement> requirements() {
        return containers.stream()
                .flatMap(container -> container.requirements().stream())
                .toList();
    }

    @Override
    public void start() {
        running = true;
        containers.forEach(ListenerContainer::start);
    }

    @Override
    public void stop() {
        // Side by side: each one waits for its own running listeners.
        CompletableFuture<?>[] stops = containers.stream()
                .map(container ->
                        CompletableFuture.runAsync(container::stop, task -> new Thread(task, "rmq-tx-stop").start()))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(stops).join();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
