/** Service B: the accounts that get the money. It shares with service A the topic and the form of the message, no more. */
@NullMarked
package io.rmqtx.transfer.credit;

import org.jspecify.annotations.NullMarked;
