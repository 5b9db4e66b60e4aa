/** The root properties, the failure analysis and the self-check at start. */
@NullMarked
package io.rmqtx.autoconfigure;

import org.jspecify.annotations.NullMarked;
