/** Chooses which of the sample's programs runs. */
@NullMarked
package io.rmqtx.transfer;

import org.jspecify.annotations.NullMarked;
