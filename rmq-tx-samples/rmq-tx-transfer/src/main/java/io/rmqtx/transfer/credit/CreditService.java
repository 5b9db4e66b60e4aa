package io.rmqtx.transfer.credit;

import io.rmqtx.RejectedMessageException;
import io.rmqtx.ReliableListener;
import org.springframework.stereotype.Service;

/** Receives money. However often a message is delivered, its money is put in once. */
@Service
public class CreditService {

    private final AccountMapper accounts;
    private final CreditMapper credits;

    CreditService(AccountMapper accounts, CreditMapper credits) {
        this.accounts = accounts;
        this.credits = credits;
    }

    /**
     * Puts the money in. It runs in a transaction, together with the idempotency key of the message.
     *
     * @throws RejectedMessageException if there is no such account: a dead letter, for a person to decide
     */
    @ReliableListener(topic = "${transfer.topic}", group = "${spring.application.name}")
    public void credit(MoneySent sent) {
        if (accounts.deposit(sent.toAccount(), sent.amount()) == 0) {
            throw new RejectedMessageException(
                    "Transfer " + sent.transferId() + " is for '" + sent.toAccount() + "', who has no account here.");
        }
        credits.insert(new Credit(sent));
    }
}
