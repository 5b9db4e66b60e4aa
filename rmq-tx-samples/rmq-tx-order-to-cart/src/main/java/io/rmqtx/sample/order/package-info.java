/** The order service. */
@NullMarked
package io.rmqtx.sample.order;

import org.jspecify.annotations.NullMarked;
