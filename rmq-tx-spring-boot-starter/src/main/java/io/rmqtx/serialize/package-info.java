/** The default form of message bodies: JSON. */
@NullMarked
package io.rmqtx.serialize;

import org.jspecify.annotations.NullMarked;
