package io.rmqtx.demo.order;

import com.baomidou.mybatisplus.annotation.IdType;
import com.baomidou.mybatisplus.annotation.TableId;
import com.baomidou.mybatisplus.annotation.TableName;
import java.math.BigDecimal;
import java.time.LocalDateTime;

/** A row of the order table, by MyBatis-Plus. */
@TableName("customer_order")
public class Order {

    @TableId(type = IdType.INPUT)
    private Long id = 0L;

    private String customer = "";
    private BigDecimal amount = BigDecimal.ZERO;
    private LocalDateTime createdAt = LocalDateTime.MIN;

    /** For MyBatis. */
    public Order() {}

    /** A new order. */
    public Order(long id, String customer, BigDecimal amount, LocalDateTime createdAt) {
        this.id = id;
        this.customer = customer;
        this.amount = amount;
        this.createdAt = createdAt;
    }

    /** The message about it. */
    public OrderCreated created() {
        return new OrderCreated(id, customer, amount);
    }

    /** The order's number. */
    public Long getId() {
        return id;
    }

    /** Sets the number. */
    public void setId(Long id) {
        this.id = id;
    }

    /** Who ordered. */
    public String getCustomer() {
        return customer;
    }

    /** Sets who ordered. */
    public void setCustomer(String customer) {
        this.customer = customer;
    }

    /** What is to be paid. */
    public BigDecimal getAmount() {
        return amount;
    }

    /** Sets what is to be paid. */
    public void setAmount(BigDecimal amount) {
        this.amount = amount;
    }

    /** When it was placed. */
    public LocalDateTime getCreatedAt() {
        return createdAt;
    }

    /** Sets when it was placed. */
    public void setCreatedAt(LocalDateTime createdAt) {
        this.createdAt = createdAt;
    }
}
