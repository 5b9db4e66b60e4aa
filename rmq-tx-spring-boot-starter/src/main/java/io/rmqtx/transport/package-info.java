/** RocketMQ: half messages, their ends, check-backs, and the query whether a message is visible. */
@NullMarked
package io.rmqtx.transport;

import org.jspecify.annotations.NullMarked;
