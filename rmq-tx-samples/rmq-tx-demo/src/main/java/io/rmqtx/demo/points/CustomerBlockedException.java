package io.rmqtx.demo.points;

/** The customer is blocked, so no points are granted for now. */
public class CustomerBlockedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the customer. */
    public CustomerBlockedException(String message) {
        super(message);
    }
}
