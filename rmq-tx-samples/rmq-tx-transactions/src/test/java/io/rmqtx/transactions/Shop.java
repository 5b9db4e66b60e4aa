package io.rmqtx.transactions;

import io.rmqtx.ReliableMessage;
import java.io.IOException;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Annotated methods in every kind of transaction. What they do besides is the test's. */
public class Shop {

    static final String TOPIC = "${orders.topic}";

    private final OrderTable table;

    public Shop(OrderTable table) {
        this.table = table;
    }

    /** What a method does; the row is written when it says so. */
    @FunctionalInterface
    public interface Business {

        /** Only writes the row. */
        Business WRITE = Runnable::run;

        /** Runs in the method. */
        void run(Runnable write);

        /** Writes the row, and then does this. */
        static Business writeThen(Runnable then) {
            return write -> {
                write.run();
                then.run();
            };
        }

        /** Writes the row, and then fails. */
        static Business writeThenFail() {
            return writeThen(() -> {
                throw new BusinessException();
            });
        }
    }

    /** The business says no. */
    public static final class BusinessException extends RuntimeException {
        BusinessException() {
            super("business says no");
        }
    }

    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void plain(Order order, Business business) {
        run(order, business);
    }

    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void plainThenChecked(Order order) throws IOException {
        run(order, Business.WRITE);
        throw new IOException("checked");
    }

    @Transactional
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void required(Order order, Business business) {
        run(order, business);
    }

    @Transactional
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order", tag = "'FIRST'")
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order", tag = "'SECOND'")
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order", tag = "'THIRD'")
    public void three(Order order, Business business) {
        run(order, business);
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void requiresNew(Order order, Business business) {
        run(order, business);
    }

    @Transactional(propagation = Propagation.NESTED)
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void nested(Order order, Business business) {
        run(order, business);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void mandatory(Order order, Business business) {
        run(order, business);
    }

    @Transactional(propagation = Propagation.SUPPORTS)
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void supports(Order order, Business business) {
        run(order, business);
    }

    @Transactional
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void checked(Order order) throws IOException {
        run(order, Business.WRITE);
        throw new IOException("checked");
    }

    @Transactional(rollbackFor = IOException.class)
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void checkedWithRollbackFor(Order order) throws IOException {
        run(order, Business.WRITE);
        throw new IOException("checked");
    }

    @Transactional(noRollbackFor = BusinessException.class)
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void noRollbackFor(Order order, Business business) {
        run(order, business);
    }

    @Transactional(timeout = 1)
    @ReliableMessage(topic = TOPIC, key = "#order.id", payload = "#order")
    public void withinASecond(Order order, Business business) {
        run(order, business);
    }

    private void run(Order order, Business business) {
        business.run(() -> table.insert(order));
    }
}
