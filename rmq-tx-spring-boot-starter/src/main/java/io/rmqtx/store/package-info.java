/** The tables of rmq-tx in the business database: dialects, schema initialisation, message log, idempotency keys. */
@NullMarked
package io.rmqtx.store;

import org.jspecify.annotations.NullMarked;
