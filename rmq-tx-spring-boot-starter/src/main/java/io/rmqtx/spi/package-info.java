/** The ports between the features, and what a service may replace by a bean of its own. */
@NullMarked
package io.rmqtx.spi;

import org.jspecify.annotations.NullMarked;
