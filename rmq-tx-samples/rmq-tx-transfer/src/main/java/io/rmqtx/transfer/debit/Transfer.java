package io.rmqtx.transfer.debit;

import com.baomidou.mybatisplus.annotation.IdType;
import com.baomidou.mybatisplus.annotation.TableId;
import java.math.BigDecimal;

/** A row of the transfer table: money that has left. */
public class Transfer {

    @TableId(type = IdType.INPUT)
    private String id = "";

    private String fromAccount = "";
    private String toAccount = "";
    private BigDecimal amount = BigDecimal.ZERO;

    /** For MyBatis. */
    public Transfer() {}

    /** A new transfer. */
    public Transfer(String id, String fromAccount, String toAccount, BigDecimal amount) {
        this.id = id;
        this.fromAccount = fromAccount;
        this.toAccount = toAccount;
        this.amount = amount;
    }

    /** What the other service is told. */
    public MoneySent sent() {
        return new MoneySent(id, toAccount, amount);
    }

    /** Its own id. */
    public String getId() {
        return id;
    }

    /** Who pays. */
    public String getFromAccount() {
        return fromAccount;
    }

    /** Who gets it, in the other service. */
    public String getToAccount() {
        return toAccount;
    }

    /** How much. */
    public BigDecimal getAmount() {
        return amount;
    }
}
