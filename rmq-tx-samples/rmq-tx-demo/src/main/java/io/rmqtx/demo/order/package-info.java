/** The order service: a producer as anybody would write one. */
@NullMarked
package io.rmqtx.demo.order;

import org.jspecify.annotations.NullMarked;
