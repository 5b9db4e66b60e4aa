package io.rmqtx.chaos.service;

import io.rmqtx.MessageMode;
import io.rmqtx.ReliableMessage;
import io.rmqtx.transfer.debit.AccountMapper;
import io.rmqtx.transfer.debit.InsufficientFundsException;
import io.rmqtx.transfer.debit.Transfer;
import io.rmqtx.transfer.debit.TransferMapper;
import org.springframework.transaction.annotation.Transactional;

/** The sample's transfer, in mode OUTBOX. */
class OutboxTransferService {

    private final AccountMapper accounts;
    private final TransferMapper transfers;

    OutboxTransferService(AccountMapper accounts, TransferMapper transfers) {
        this.accounts = accounts;
        this.transfers = transfers;
    }

    @Transactional
    @ReliableMessage(
            topic = "${transfer.topic}",
            mode = MessageMode.OUTBOX,
            key = "#transfer.id",
            payload = "#transfer.sent()")
    public void transfer(Transfer transfer) {
        if (accounts.withdraw(transfer.getFromAccount(), transfer.getAmount()) == 0) {
            throw new InsufficientFundsException(transfer.getFromAccount());
        }
        transfers.insert(transfer);
    }
}
