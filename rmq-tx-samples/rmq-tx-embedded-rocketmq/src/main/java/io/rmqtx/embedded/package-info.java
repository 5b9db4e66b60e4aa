/**
 * A RocketMQ name server and broker inside the JVM, for tests and demos, with switches for the faults that a
 * transactional producer must survive.
 *
 * <p>In a JUnit 5 test, one broker for the whole test JVM:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final EmbeddedRocketMqExtension rocketMq = EmbeddedRocketMqExtension.shared();
 *
 * @Test
 * void theCheckBackRepairsALostCommit() {
 *     rocketMq.get().faults().dropEndTransaction(1);
 *     ... // producer.setNamesrvAddr(rocketMq.nameServerAddress())
 *     assertThat(rocketMq.get().messages("orders")).hasSize(1);
 * }
 * }</pre>
 *
 * <p>By hand:
 *
 * <pre>{@code
 * try (EmbeddedRocketMq rocketMq = EmbeddedRocketMq.builder().start()) {
 *     rocketMq.createTopic("orders", 4);
 *     ...
 * }
 * }</pre>
 *
 * <p>As a process of its own, until Ctrl-C: {@link io.rmqtx.embedded.EmbeddedRocketMqMain}.
 *
 * <p>Everything listens on 127.0.0.1 only. There are no replicas and no proxy, and timer messages only where they are
 * switched on; it is no place for data that matter.
 */
@NullMarked
package io.rmqtx.embedded;

import org.jspecify.annotations.NullMarked;
