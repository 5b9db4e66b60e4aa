package io.rmqtx;

import java.util.List;

/**
 * One thing that must exist, or be permitted, for this application to work on a cluster (or database) that creates and
 * permits nothing by itself.
 *
 * @param kind what it is
 * @param name its name, as the broker or the database knows it; of a right the resource, as in {@code Topic:ORDERS}
 * @param actions what must be permitted; empty for what only must exist
 * @param purpose what for, for people
 */
public record ClusterRequirement(Kind kind, String name, List<String> actions, String purpose) {

    /** Copies the list. */
    public ClusterRequirement {
        actions = List.copyOf(actions);
    }

    /** What is required. */
    public enum Kind {
        /** A topic, to be created on the brokers that shall have it. */
        TOPIC,
        /** A consumer group, to be created on each broker of its topics. */
        CONSUMER_GROUP,
        /** Rights on a resource, in the terms of RocketMQ's ACL 2.0. */
        RIGHT,
        /** A topic or group that brokers make by themselves: nothing is to be created or granted. */
        MADE_BY_BROKER,
        /** A table, with what the application's user does to it. */
        TABLE
    }
}
