package io.rmqtx.transactions;

import com.baomidou.mybatisplus.annotation.TableId;
import com.baomidou.mybatisplus.annotation.TableName;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The business row, for JPA and for MyBatis-Plus. */
@Entity
@Table(name = "orders")
@TableName("orders")
public class OrderRow {

    @Id
    @TableId
    private String id;

    private int amount;

    protected OrderRow() {}

    OrderRow(Order order) {
        this.id = order.id();
        this.amount = order.amount();
    }

    public String getId() {
        return id;
    }

    public void setId(String id) {
        this.id = id;
    }

    public int getAmount() {
        return amount;
    }

    public void setAmount(int amount) {
        this.amount = amount;
    }
}
