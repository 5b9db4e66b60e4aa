/** Starts the demo, and checks itself. */
@NullMarked
package io.rmqtx.demo;

import org.jspecify.annotations.NullMarked;
