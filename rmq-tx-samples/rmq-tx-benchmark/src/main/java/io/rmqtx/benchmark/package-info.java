/** Measures contenders against each other: interleaved rounds, each contender in a process of its own. */
@NullMarked
package io.rmqtx.benchmark;

import org.jspecify.annotations.NullMarked;
