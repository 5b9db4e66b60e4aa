package io.rmqtx.demo.order;

/** The customer has no parcel. */
public class NoParcelException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the customer. */
    public NoParcelException(String message) {
        super(message);
    }
}
