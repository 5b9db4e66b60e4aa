/** The contenders: ways to write a business row and to tell others, one class each. */
@NullMarked
package io.rmqtx.benchmark.contender;

import org.jspecify.annotations.NullMarked;
