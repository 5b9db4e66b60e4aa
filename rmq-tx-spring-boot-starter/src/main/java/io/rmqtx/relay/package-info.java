/** Publishes what transactions have committed: from memory right after the commit, and from the tables what that missed. */
@NullMarked
package io.rmqtx.relay;

import org.jspecify.annotations.NullMarked;
