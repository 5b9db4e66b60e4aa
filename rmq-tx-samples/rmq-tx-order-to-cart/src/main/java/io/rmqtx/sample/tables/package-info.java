/** What both services share: the tables of rmq-tx, created by the services' own migrations. */
@NullMarked
package io.rmqtx.sample.tables;

import org.jspecify.annotations.NullMarked;
