package io.rmqtx.benchmark;

import io.rmqtx.benchmark.contender.Contender;
import io.rmqtx.benchmark.contender.HandWrittenAcknowledged;
import io.rmqtx.benchmark.contender.HandWrittenInFull;
import io.rmqtx.benchmark.contender.HandWrittenTransactional;
import io.rmqtx.benchmark.contender.RmqTxTransactional;
import java.util.List;

/** A contender's name, and the class that its process makes one of. */
record ContenderSpec(String name, Class<? extends Contender> type) {

    /** All there are; the first one is what the others are compared with. */
    static final List<ContenderSpec> ALL = List.of(
            new ContenderSpec("hand-written", HandWrittenTransactional.class),
            new ContenderSpec("hand-written-acknowledged", HandWrittenAcknowledged.class),
            new ContenderSpec("hand-written-in-full", HandWrittenInFull.class),
            new ContenderSpec("rmq-tx", RmqTxTransactional.class));

    static ContenderSpec named(String name) {
        return ALL.stream()
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no contender '" + name + "'; there are "
                        + ALL.stream().map(ContenderSpec::name).toList() + "."));
    }
}
