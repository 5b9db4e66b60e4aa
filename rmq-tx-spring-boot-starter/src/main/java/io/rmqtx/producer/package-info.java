/** The annotated method: half message, transaction log row, commit, check-back. */
@NullMarked
package io.rmqtx.producer;

import org.jspecify.annotations.NullMarked;
