/**
 * Kills the transfer sample's services, the broker and the database at every named point, and looks at the money. The
 * services run in processes of their own; {@code service} is what is added to them.
 */
@NullMarked
package io.rmqtx.chaos;

import org.jspecify.annotations.NullMarked;
