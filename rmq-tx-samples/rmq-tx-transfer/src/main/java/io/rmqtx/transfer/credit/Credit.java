package io.rmqtx.transfer.credit;

import com.baomidou.mybatisplus.annotation.IdType;
import com.baomidou.mybatisplus.annotation.TableId;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A row of the credit table: money that has arrived. */
public class Credit {

    @TableId(type = IdType.AUTO)
    private @Nullable Long id;

    private String transferId = "";
    private String account = "";
    private BigDecimal amount = BigDecimal.ZERO;

    /** For MyBatis. */
    public Credit() {}

    /** What a message brought. */
    public Credit(MoneySent sent) {
        transferId = sent.transferId();
        account = sent.toAccount();
        amount = sent.amount();
    }

    /** Given by the database. */
    public @Nullable Long getId() {
        return id;
    }

    /** The transfer. */
    public String getTransferId() {
        return transferId;
    }

    /** Who got it. */
    public String getAccount() {
        return account;
    }

    /** How much. */
    public BigDecimal getAmount() {
        return amount;
    }
}
