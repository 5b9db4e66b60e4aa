package io.rmqtx.sample;

import io.rmqtx.MessageContext;
import io.rmqtx.spi.RmqTxListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what happened in one instance, for tests to wait for. */
final class Events implements RmqTxListener {

    /** An answered check-back. */
    record Check(String messageId, CheckBackAnswer answer) {}

    final List<Check> checks = new CopyOnWriteArrayList<>();
    final List<String> marked = new CopyOnWriteArrayList<>();
    final List<MessageContext> consumed = new CopyOnWriteArrayList<>();
    final List<MessageContext> duplicates = new CopyOnWriteArrayList<>();

    @Override
    public void checkBackAnswered(String messageId, CheckBackAnswer answer, String reason) {
        checks.add(new Check(messageId, answer));
    }

    @Override
    public void marked(List<String> messageIds) {
        marked.addAll(messageIds);
    }

    @Override
    public void consumed(MessageContext context) {
        consumed.add(context);
    }

    @Override
    public void duplicateRefused(MessageContext context, String key) {
        duplicates.add(context);
    }
}
