/** Service A: the accounts from which money is sent. */
@NullMarked
package io.rmqtx.transfer.debit;

import org.jspecify.annotations.NullMarked;
