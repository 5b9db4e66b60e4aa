package io.rmqtx.sample.order;

import java.util.List;

/**
 * An order; also what other services are told of it.
 *
 * @param id given by the caller
 * @param customer whose it is
 * @param lines what is bought
 */
public record Order(String id, String customer, List<Line> lines) {

    /**
     * One kind of goods.
     *
     * @param article what
     * @param quantity how many, at least 1
     */
    public record Line(String article, int quantity) {}
}
