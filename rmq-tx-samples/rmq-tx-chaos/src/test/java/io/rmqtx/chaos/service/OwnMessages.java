package io.rmqtx.chaos.service;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The messages of this process's own calls, as against those that it answers for, or publishes, for others. */
final class OwnMessages {

    private static final Set<String> IDS = ConcurrentHashMap.newKeySet();

    private OwnMessages() {}

    static void add(String messageId) {
        IDS.add(messageId);
    }

    static boolean contains(String messageId) {
        return IDS.contains(messageId);
    }

    static boolean containsAny(Collection<String> messageIds) {
        return messageIds.stream().anyMatch(IDS::contains);
    }
}
