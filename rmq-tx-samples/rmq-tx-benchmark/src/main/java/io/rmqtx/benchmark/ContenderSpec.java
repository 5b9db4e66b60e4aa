package io.rmqtx.benchmark;

import io.rmqtx.benchmark.contender.BareLoop;
import io.rmqtx.benchmark.contender.GruelboxOutbox;
import io.rmqtx.benchmark.contender.HandWrittenAcknowledged;
import io.rmqtx.benchmark.contender.HandWrittenInFull;
import io.rmqtx.benchmark.contender.HandWrittenTransactional;
import io.rmqtx.benchmark.contender.Participant;
import io.rmqtx.benchmark.contender.RmqTxOutbox;
import io.rmqtx.benchmark.contender.RmqTxTransactional;
import io.rmqtx.benchmark.contender.Unsafe;
import java.util.List;

/** A contender's name, and the class that its process makes one of. */
record ContenderSpec(String name, Class<? extends Participant> type) {

    /** All there are. */
    static final List<ContenderSpec> ALL = List.of(
            new ContenderSpec("hand-written", HandWrittenTransactional.class),
            new ContenderSpec("hand-written-acknowledged", HandWrittenAcknowledged.class),
            new ContenderSpec("hand-written-in-full", HandWrittenInFull.class),
            new ContenderSpec("rmq-tx", RmqTxTransactional.class),
            new ContenderSpec("unsafe", Unsafe.class),
            new ContenderSpec("bare-single", BareLoop.Single.class),
            new ContenderSpec("bare-batched", BareLoop.Batched.class),
            new ContenderSpec("transaction-outbox", GruelboxOutbox.class),
            new ContenderSpec("rmq-tx-outbox", RmqTxOutbox.class),
            new ContenderSpec("rmq-tx-outbox-4", RmqTxOutbox.Four.class));

    static ContenderSpec named(String name) {
        return ALL.stream()
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no contender '" + name + "'; there are "
                        + ALL.stream().map(ContenderSpec::name).toList() + "."));
    }
}
