package io.rmqtx.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Ids in portions for IN lists. Sorted, so that concurrent statements lock rows in the same order and do not deadlock;
 * the length is a power of two, the last id repeated, so that few different statements are ever prepared.
 */
final class IdChunks {

    private static final int MAX = 256;

    private IdChunks() {}

    static List<List<String>> of(Collection<String> ids) {
        List<String> sorted = List.copyOf(new TreeSet<>(ids));
        List<List<String>> chunks = new ArrayList<>();
        for (int from = 0; from < sorted.size(); from += MAX) {
            chunks.add(padded(sorted.subList(from, Math.min(sorted.size(), from + MAX))));
        }
        return chunks;
    }

    private static List<String> padded(List<String> ids) {
        int length = Integer.highestOneBit(ids.size());
        if (length < ids.size()) {
            length *= 2;
        }
        List<String> padded = new ArrayList<>(ids);
        String last = ids.get(ids.size() - 1);
        while (padded.size() < length) {
            padded.add(last);
        }
        return padded;
    }
}
