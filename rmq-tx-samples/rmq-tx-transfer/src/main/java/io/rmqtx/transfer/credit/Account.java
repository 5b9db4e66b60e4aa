package io.rmqtx.transfer.credit;

import com.baomidou.mybatisplus.annotation.IdType;
import com.baomidou.mybatisplus.annotation.TableId;
import java.math.BigDecimal;

/** A row of the account table. */
public class Account {

    @TableId(type = IdType.INPUT)
    private String id = "";

    private BigDecimal balance = BigDecimal.ZERO;

    /** Whose it is. */
    public String getId() {
        return id;
    }

    /** What is in it. */
    public BigDecimal getBalance() {
        return balance;
    }
}
