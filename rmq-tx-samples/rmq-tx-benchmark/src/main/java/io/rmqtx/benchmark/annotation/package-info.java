/** What the annotation itself costs: a store and a broker that do nothing, measured with JMH. */
@NullMarked
package io.rmqtx.benchmark.annotation;

import org.jspecify.annotations.NullMarked;
