package io.rmqtx.transfer.debit;

/** The account does not hold that much. Nothing was written, and nobody will hear of it. */
public class InsufficientFundsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the reason. */
    public InsufficientFundsException(String message) {
        super(message);
    }
}
