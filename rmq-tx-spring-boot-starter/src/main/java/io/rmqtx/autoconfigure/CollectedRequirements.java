package io.rmqtx.autoconfigure;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.ClusterRequirement.Kind;
import io.rmqtx.ClusterRequirements;
import io.rmqtx.spi.RequirementSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/** Asks all sources, says what several of them need only once, and writes the list before anything connects. */
final class CollectedRequirements implements ClusterRequirements, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ClusterRequirements.class);

    private final ObjectProvider<RequirementSource> sources;
    private volatile boolean running;

    CollectedRequirements(ObjectProvider<RequirementSource> sources) {
        this.sources = sources;
    }

    @Override
    public List<ClusterRequirement> list() {
        Map<List<Object>, ClusterRequirement> merged = new LinkedHashMap<>();
        sources.orderedStream()
                .flatMap(source -> source.requirements().stream())
                .forEach(one -> merged.merge(List.of(one.kind(), one.name()), one, CollectedRequirements::both));
        List<ClusterRequirement> all = new ArrayList<>(merged.values());
        // Tables alone are those of an application that neither sends nor consumes.
        if (all.stream().allMatch(one -> one.kind() == Kind.TABLE)) {
            return List.of();
        }
        all.sort(Comparator.comparing(ClusterRequirement::kind).thenComparing(ClusterRequirement::name));
        return List.copyOf(all);
    }

    private static ClusterRequirement both(ClusterRequirement one, ClusterRequirement other) {
        return new ClusterRequirement(
                one.kind(),
                one.name(),
                joined(one.actions().stream(), other.actions().stream()),
                String.join("; ", joined(Stream.of(one.purpose()), Stream.of(other.purpose()))));
    }

    private static List<String> joined(Stream<String> one, Stream<String> other) {
        return Stream.concat(one, other).distinct().sorted().toList();
    }

    @Override
    public String text() {
        List<ClusterRequirement> all = list();
        if (all.isEmpty()) {
            return "This application has no method annotated with @ReliableMessage or @ReliableListener; it needs nothing.";
        }
        StringBuilder text = new StringBuilder(
                "What this application needs of a cluster that creates and permits nothing by itself:\n");
        section(text, "topics to create", all, Kind.TOPIC);
        section(text, "consumer groups to create, on each broker of their topics", all, Kind.CONSUMER_GROUP);
        section(text, "rights of its user (ACL 2.0)", all, Kind.RIGHT);
        section(text, "made by the brokers themselves, nothing to do", all, Kind.MADE_BY_BROKER);
        section(text, "tables, with the rights of its database user", all, Kind.TABLE);
        return text.toString().stripTrailing();
    }

    private static void section(StringBuilder text, String title, List<ClusterRequirement> all, Kind kind) {
        List<ClusterRequirement> some =
                all.stream().filter(one -> one.kind() == kind).toList();
        if (some.isEmpty()) {
            return;
        }
        text.append(title).append(":\n");
        for (ClusterRequirement one : some) {
            text.append("  ").append(one.name());
            if (!one.actions().isEmpty()) {
                text.append("  ").append(String.join(", ", one.actions()));
            }
            text.append("  (").append(one.purpose()).append(")\n");
        }
    }

    @Override
    public String toString() {
        return text();
    }

    @Override
    public void start() {
        running = true;
        if (log.isDebugEnabled()) {
            log.debug("{}", text());
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before anything connects: on a locked-down cluster the start may end there. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
