package io.rmqtx.sample.cart;

import java.util.List;

/**
 * What the cart needs to know of an order.
 *
 * @param customer whose it is
 * @param lines what was bought
 */
public record OrderPlaced(String customer, List<Line> lines) {

    /**
     * One kind of goods.
     *
     * @param article what
     * @param quantity how many
     */
    public record Line(String article, int quantity) {}
}
