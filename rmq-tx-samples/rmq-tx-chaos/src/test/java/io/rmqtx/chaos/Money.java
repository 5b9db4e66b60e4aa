package io.rmqtx.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.spi.MessageHeaders;
import java.math.BigDecimal;
import java.util.List;
import org.awaitility.core.ConditionFactory;

/** One transfer of 100 between two accounts of its own, and what became of it on both sides. */
final class Money {

    private static final BigDecimal BEFORE = new BigDecimal("1000.00");
    private static final BigDecimal AMOUNT = new BigDecimal("100.00");
    private static final BigDecimal TOO_MUCH = new BigDecimal("1000.01");

    private final World world;
    private final String id;
    private final String from;
    private final String to;

    Money(World world) {
        this.world = world;
        this.id = "t-" + world.number();
        this.from = "a-" + id;
        this.to = "b-" + id;
        world.debit.account(from, BEFORE.toPlainString());
        world.credit.account(to, "0.00");
    }

    /** The command that transfers the money. */
    String transfer(Call call) {
        return "transfer " + call + " " + id + " " + from + " " + to + " " + (call == Call.REFUSED ? TOO_MUCH : AMOUNT);
    }

    String id() {
        return id;
    }

    /** The transaction committed: the message is visible once, and the money arrives once. */
    void awaitArrived() {
        await("arrival").until(() -> credits() >= 1);
        await("sight").until(() -> world.recorder.copies(id) >= 1);
        assertArrived();
    }

    void assertArrived() {
        assertThat(sent()).as("P1: visible, so committed").isOne();
        assertThat(world.debit.balance(from)).as("%s, less what was sent", from).isEqualTo(BEFORE.subtract(AMOUNT));
        assertThat(copies()).as("P2: copies of %s in the topic", id).isPositive();
        assertThat(credits()).as("P4: effects of %s", id).isOne();
        assertThat(keys()).as("P4: keys of %s", id).isOne();
        assertThat(world.credit.balance(to)).as("%s, what has arrived", to).isEqualTo(AMOUNT);
    }

    /** The transaction did not commit: nothing of it is anywhere. */
    void assertNothing() {
        assertThat(sent()).as("not committed").isZero();
        assertThat(world.debit.balance(from)).as("%s, untouched", from).isEqualTo(BEFORE);
        assertThat(world.recorder.copies(id))
                .as("P1: not committed, so never visible")
                .isZero();
        assertThat(copies()).as("P1: copies of %s in the topic", id).isZero();
        assertThat(credits()).as("P1: no effect").isZero();
        assertThat(world.credit.balance(to)).as("%s, untouched", to).isEqualByComparingTo(BigDecimal.ZERO);
    }

    /** Waits until its only row is marked PUBLISHED. */
    void awaitPublished() {
        await("the mark").until(() -> world.debit
                .texts("SELECT status FROM rmq_tx_message WHERE message_key = ?", id)
                .equals(List.of("PUBLISHED")));
    }

    /** There is no row, either. */
    void assertNoRow() {
        assertThat(messageIds()).as("rows of %s", id).isEmpty();
    }

    /** All copies in the topic are of the one row: so many at most. */
    void assertCopies(int most) {
        assertThat(copyIds()).as("P2: copies of %s in the topic", id).hasSizeBetween(1, most);
        assertThat(messageIds())
                .as("message ids of %s: of its rows, and of the copies", id)
                .hasSize(1)
                .containsAll(copyIds());
    }

    /** Waits until the row of this message has the status. */
    void awaitStatus(String messageId, String status) {
        await("status " + status + " of " + messageId)
                .until(() -> statuses(messageId).equals(List.of(status)));
    }

    List<String> statuses(String messageId) {
        return world.debit.texts("SELECT status FROM rmq_tx_message WHERE message_id = ?", messageId);
    }

    boolean isCommitted() {
        return sent() == 1;
    }

    /** How many copies there are in the topic. */
    long copies() {
        return copyIds().size();
    }

    private List<String> copyIds() {
        return world.broker.messages(World.TOPIC).stream()
                .filter(message -> id.equals(message.property(MessageHeaders.KEY)))
                .map(message -> String.valueOf(message.property(MessageHeaders.MESSAGE_ID)))
                .toList();
    }

    private long sent() {
        return world.debit.count("transfer WHERE id = ?", id);
    }

    private long credits() {
        return world.credit.count("credit WHERE transfer_id = ?", id);
    }

    private long keys() {
        List<String> messages = messageIds();
        assertThat(messages).as("rows of %s", id).hasSize(1);
        return world.credit.count("rmq_tx_consumed WHERE idempotency_key = ?", messages.get(0));
    }

    private List<String> messageIds() {
        return world.debit.texts("SELECT message_id FROM rmq_tx_message WHERE message_key = ?", id);
    }

    private ConditionFactory await(String what) {
        return Wait.until(id + ": " + what);
    }
}
