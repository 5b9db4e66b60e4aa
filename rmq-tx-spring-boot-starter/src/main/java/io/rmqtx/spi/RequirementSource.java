package io.rmqtx.spi;

import io.rmqtx.ClusterRequirement;
import java.util.List;

/** A part of rmq-tx that needs something of the cluster or the database. Beans of this type are found and asked. */
@FunctionalInterface
public interface RequirementSource {

    /** What it needs; asked when all singletons are there. Must not connect to anything. */
    List<ClusterRequirement> requirements();
}
