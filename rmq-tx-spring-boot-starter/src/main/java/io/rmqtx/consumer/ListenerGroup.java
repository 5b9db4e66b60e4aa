package io.rmqtx.consumer;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.ClusterRequirement.Kind;
import io.rmqtx.RmqTxConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.rocketmq.common.MixAll;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;

/** The listeners of one consumer group, which share one consumer, one set of subscriptions and one
 * transaction manager. */
final class ListenerGroup {

    private final String name;
    private final List<ListenerMethod> listeners;

    private ListenerGroup(String name, List<ListenerMethod> listeners) {
        this.name = name;
        this.listeners = List.copyOf(listeners);
    }

    /**
     * Sorts listeners into groups.
     *
     * @throws RmqTxConfigurationException if listeners of one group cannot share its consumer
     */
    static List<ListenerGroup> of(
            List<ListenerMethod> listeners, Function<ListenerMethod, PlatformTransactionManager> managers) {
        Map<String, List<ListenerMethod>> byGroup = new LinkedHashMap<>();
        listeners.forEach(listener -> byGroup.computeIfAbsent(listener.group(), group -> new ArrayList<>())
                .add(listener));
        List<ListenerGroup> groups = new ArrayList<>();
        byGroup.forEach((name, members) -> groups.add(merge(name, members, managers)));
        return groups;
    }

    private static ListenerGroup merge(
            String name, List<ListenerMethod> members, Function<ListenerMethod, PlatformTransactionManager> managers) {
        ListenerMethod first = members.get(0);
        for (int i = 1; i < members.size(); i++) {
            ListenerMethod other = members.get(i);
            same(first, other, "threads", ListenerMethod::threads);
            same(first, other, "maxAttempts", ListenerMethod::maxAttempts);
            if (managers.apply(other) != managers.apply(first)) {
                throw conflict(
                        first, other, "transactionManager", first.transactionManager(), other.transactionManager());
            }
            for (ListenerMethod earlier : members.subList(0, i)) {
                if (earlier.overlaps(other)) {
                    throw new RmqTxConfigurationException(
                            "Listeners '" + earlier.name() + "' and '" + other.name() + "' of consumer group '" + name
                                    + "' both take messages of topic '" + other.topic() + "' with tags '"
                                    + expression(earlier) + "' and '" + expression(other)
                                    + "', but a message goes to one listener of a group.",
                            "Give them tags that do not overlap, or different groups.");
                }
            }
        }
        return new ListenerGroup(name, members);
    }

    private static void same(
            ListenerMethod first, ListenerMethod other, String attribute, Function<ListenerMethod, Object> value) {
        Object left = value.apply(first);
        Object right = value.apply(other);
        if (!Objects.equals(left, right)) {
            throw conflict(first, other, attribute, left, right);
        }
    }

    private static RmqTxConfigurationException conflict(
            ListenerMethod first, ListenerMethod other, String attribute, Object left, Object right) {
        return new RmqTxConfigurationException(
                "Listeners '" + first.name() + "' and '" + other.name() + "' share the consumer of group '"
                        + first.group() + "', so " + attribute + " must be the same, but is '" + left + "' and '"
                        + right
                        + "'.",
                "Give both the same " + attribute + ", or different groups.");
    }

    private static String expression(ListenerMethod listener) {
        return listener.tags().isEmpty() ? "*" : String.join(" || ", new TreeSet<>(listener.tags()));
    }

    String name() {
        return name;
    }

    String transactionManager() {
        return listeners.get(0).transactionManager();
    }

    int threads() {
        return listeners.get(0).threads();
    }

    int maxAttempts() {
        return listeners.get(0).maxAttempts();
    }

    /** Tag expressions by topic. */
    Map<String, String> subscriptions() {
        Map<String, String> byTopic = new LinkedHashMap<>();
        listeners.forEach(listener ->
                byTopic.merge(listener.topic(), expression(listener), (left, right) -> left + " || " + right));
        return byTopic;
    }

    /** What it needs of a cluster that creates and permits nothing by itself. */
    List<ClusterRequirement> requirements(UnaryOperator<String> nameAtBroker) {
        String known = nameAtBroker.apply(name);
        List<ClusterRequirement> needed = new ArrayList<>();
        for (String topic : subscriptions().keySet()) {
            String topicName = nameAtBroker.apply(topic);
            String purpose = "consumed by group " + known;
            needed.add(new ClusterRequirement(Kind.TOPIC, topicName, List.of(), purpose));
            needed.add(new ClusterRequirement(Kind.RIGHT, "Topic:" + topicName, List.of("Sub"), purpose));
        }
        needed.add(new ClusterRequirement(Kind.CONSUMER_GROUP, known, List.of(), "listeners"));
        needed.add(new ClusterRequirement(
                Kind.RIGHT, "Group:" + known, List.of("Sub"), "consume, and have messages delivered again"));
        needed.add(new ClusterRequirement(
                Kind.MADE_BY_BROKER, MixAll.getRetryTopic(known), List.of(), "retries of group " + known));
        needed.add(new ClusterRequirement(
                Kind.MADE_BY_BROKER, MixAll.getDLQTopic(known), List.of(), "dead letters of group " + known));
        return needed;
    }

    /** Who takes a message. Nobody, for instance, when a retry comes whose listener was removed meanwhile. */
    Optional<ListenerMethod> listenerFor(String topic, @Nullable String tag) {
        return listeners.stream()
                .filter(listener -> listener.topic().equals(topic) && listener.takes(tag))
                .findFirst();
    }
}
