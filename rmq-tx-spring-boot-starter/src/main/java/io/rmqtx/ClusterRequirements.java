package io.rmqtx;

import java.util.List;

/**
 * What this application needs of a locked-down cluster: one that creates no topics and groups by itself, and permits only
 * what was granted. A bean of this type is always there; it knows the annotated methods, and needs no broker.
 *
 * <p>Complete as to {@link ReliableMessage} and {@link ReliableListener}. Not included: what the application does with
 * RocketMQ by other means, and topics that are named only at run time.
 *
 * <p>The text is written to the log at start, before anything connects, with {@code
 * logging.level.io.rmqtx.ClusterRequirements=debug}.
 */
public interface ClusterRequirements {

    /** Everything, sorted by kind and name; empty if there are no annotated methods. Complete once all beans are made. */
    List<ClusterRequirement> list();

    /** The same for people, in several lines. */
    String text();
}
