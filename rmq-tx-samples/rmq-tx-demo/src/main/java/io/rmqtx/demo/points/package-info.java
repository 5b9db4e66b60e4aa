/** The points service: a consumer as anybody would write one. */
@NullMarked
package io.rmqtx.demo.points;

import org.jspecify.annotations.NullMarked;
