package io.rmqtx.transfer.debit;

import io.rmqtx.ReliableMessage;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Sends money. The annotation is all that it takes to tell the other service, if and only if the money has left. */
@Service
public class TransferService {

    private final AccountMapper accounts;
    private final TransferMapper transfers;

    TransferService(AccountMapper accounts, TransferMapper transfers) {
        this.accounts = accounts;
        this.transfers = transfers;
    }

    /**
     * Takes the money out of the account, and sends it.
     *
     * @throws InsufficientFundsException if there is no such account, or not enough in it
     */
    @Transactional
    @ReliableMessage(topic = "${transfer.topic}", key = "#transfer.id", payload = "#transfer.sent()")
    public void transfer(Transfer transfer) {
        if (accounts.withdraw(transfer.getFromAccount(), transfer.getAmount()) == 0) {
            throw new InsufficientFundsException("Account '" + transfer.getFromAccount() + "' does not hold "
                    + transfer.getAmount() + ". Nothing was sent.");
        }
        transfers.insert(transfer);
    }
}
