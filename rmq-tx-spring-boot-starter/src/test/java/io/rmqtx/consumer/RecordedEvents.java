package io.rmqtx.consumer;

import io.rmqtx.DeadLetter;
import io.rmqtx.MessageContext;
import io.rmqtx.spi.RmqTxListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the consumer told. */
final class RecordedEvents implements RmqTxListener {

    final List<MessageContext> consumed = new CopyOnWriteArrayList<>();
    final List<MessageContext> duplicates = new CopyOnWriteArrayList<>();
    final List<MessageContext> busy = new CopyOnWriteArrayList<>();
    final List<MessageContext> failed = new CopyOnWriteArrayList<>();
    final List<DeadLetter> letters = new CopyOnWriteArrayList<>();

    @Override
    public void consumed(MessageContext context) {
        consumed.add(context);
    }

    @Override
    public void duplicateRefused(MessageContext context, String key) {
        duplicates.add(context);
    }

    @Override
    public void keyBusy(MessageContext context, String key) {
        busy.add(context);
    }

    @Override
    public void attemptFailed(MessageContext context, Throwable cause) {
        failed.add(context);
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        letters.add(letter);
        // The interface promises that this changes nothing.
        throw new IllegalStateException("a listener that throws");
    }
}
