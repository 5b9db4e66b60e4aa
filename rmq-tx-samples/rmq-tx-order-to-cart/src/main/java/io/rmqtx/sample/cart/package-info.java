/** The cart service: another process and another database in real life. */
@NullMarked
package io.rmqtx.sample.cart;

import org.jspecify.annotations.NullMarked;
