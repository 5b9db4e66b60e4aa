package io.rmqtx.demo.order;

/** The order is too large; its transaction is rolled back, and its message with it. */
public class CreditLimitException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the rule and the actual value. */
    public CreditLimitException(String message) {
        super(message);
    }
}
