package io.rmqtx.interleaving;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Every order in which actors can take so many steps each, as a word: letter {@code i} is a step of actor {@code i}.
 *
 * <p>A letter for an actor that can do nothing at that point is passed over. Words that differ only in such letters are
 * one and the same run, so once is enough: after each run it is known which letters were passed over where.
 */
final class Schedules {

    /** What a run found out: the steps that were taken, and the letters that were passed over before each of them. */
    record Taken(int letter, boolean step) {}

    private static final class Node {
        private final Map<Integer, Node> steps = new HashMap<>();
        private final Set<Integer> passedOver = new TreeSet<>();
        private boolean end;
    }

    private final int[] steps;
    private final Node root = new Node();
    private long words;
    private long runs;

    Schedules(int... steps) {
        this.steps = steps.clone();
    }

    /** Runs every word that is not known to repeat another. */
    void forEach(Function<int[], List<Taken>> run) {
        int total = 0;
        for (int count : steps) {
            total += count;
        }
        forEach(run, new int[total], 0, steps.clone());
    }

    private void forEach(Function<int[], List<Taken>> run, int[] word, int length, int[] left) {
        if (length == word.length) {
            words++;
            if (!isKnown(word)) {
                runs++;
                learn(run.apply(word.clone()));
            }
            return;
        }
        for (int letter = 0; letter < left.length; letter++) {
            if (left[letter] > 0) {
                left[letter]--;
                word[length] = letter;
                forEach(run, word, length + 1, left);
                left[letter]++;
            }
        }
    }

    /** Runs so many words that are not known to repeat another: by chance, and the same ones each time. */
    void forSome(int wanted, long seed, Function<int[], List<Taken>> run) {
        List<Integer> letters = new ArrayList<>();
        for (int letter = 0; letter < steps.length; letter++) {
            letters.addAll(Collections.nCopies(steps[letter], letter));
        }
        Random random = new Random(seed);
        while (runs < wanted) {
            Collections.shuffle(letters, random);
            int[] word = letters.stream().mapToInt(Integer::intValue).toArray();
            words++;
            if (!isKnown(word)) {
                runs++;
                learn(run.apply(word));
            }
        }
    }

    private boolean isKnown(int[] word) {
        Node node = root;
        for (int letter : word) {
            if (!node.passedOver.contains(letter)) {
                node = node.steps.get(letter);
                if (node == null) {
                    return false;
                }
            }
        }
        return node.end;
    }

    private void learn(List<Taken> run) {
        Node node = root;
        for (Taken taken : run) {
            if (taken.step()) {
                node = node.steps.computeIfAbsent(taken.letter(), letter -> new Node());
            } else {
                node.passedOver.add(taken.letter());
            }
        }
        node.end = true;
    }

    /** How many words were looked at. */
    long words() {
        return words;
    }

    /** How many of them were run. */
    long runs() {
        return runs;
    }
}
