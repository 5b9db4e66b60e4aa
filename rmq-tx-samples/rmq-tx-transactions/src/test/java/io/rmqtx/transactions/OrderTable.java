package io.rmqtx.transactions;

/** How the business writes its rows. */
@FunctionalInterface
interface OrderTable {

    void insert(Order order);
}
