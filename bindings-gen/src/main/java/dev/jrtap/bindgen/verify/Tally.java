// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Skipped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts compared facts by kind, and lists those that differ. */
public final class Tally {

    /** Kinds of facts. */
    public enum Kind {
        STRUCT("structs and unions: size, alignment"),
        MEMBER("members: offset, size, type"),
        BIT_FIELD("bit-fields: offset, width"),
        MACRO("integer macros: value, type"),
        IOCTL("of them ioctl numbers"),
        ENUMERATOR("enumerators: value, type"),
        TEXT("string macros"),
        FUNCTION("calls of function-like macros"),
        PROTOTYPE("functions: result, parameters"),
        JAVA_CONSTANT("Java: constants"),
        JAVA_MACRO("Java: results of macros' methods"),
        JAVA_SIZE("Java: sizes, alignments"),
        JAVA_MEMBER("Java: bytes that accessors store");

        private final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    /** Results of a comparison. */
    public enum Outcome {
        EQUAL,
        DIFFERENT,
        /** The other side lacks it. */
        UNKNOWN,
        /** The other side has it, and the model lacks it. */
        MISSED,
        /** The other side has it, and the model gives a reason why it lacks it. */
        REFUSED
    }

    private final Map<Kind, long[]> counts = new EnumMap<>(Kind.class);
    private final List<String> differences = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();

    /** Counts one comparison; {@code what} is kept unless both sides agree. */
    public void count(Kind kind, Outcome outcome, String what) {
        counts.computeIfAbsent(kind, k -> new long[Outcome.values().length])[outcome.ordinal()]++;
        if (outcome == Outcome.REFUSED) {
            refusals.add("refused: " + what);
        } else if (outcome != Outcome.EQUAL) {
            differences.add(outcome.name().toLowerCase(java.util.Locale.ROOT) + ": " + what);
        }
    }

    /** Counts a fact that the other side has and the model lacks; it is refused if the model gives a reason. */
    void missed(Model model, Kind kind, String name) {
        String reason = model.skipped().stream()
                .filter(skipped -> skipped.name().equals(name))
                .map(Skipped::toString)
                .findFirst()
                .orElse("");
        count(kind, reason.isEmpty() ? Outcome.MISSED : Outcome.REFUSED, reason.isEmpty() ? name : reason);
    }

    /** Counts one comparison of two values. */
    void compare(Kind kind, String what, Object ours, Object theirs) {
        boolean equal = ours.equals(theirs);
        count(
                kind,
                equal ? Outcome.EQUAL : Outcome.DIFFERENT,
                equal ? "" : what + " is " + ours + " here and " + theirs + " there");
    }

    /** Adds the counts of another tally, whose differences are those of {@code header}. */
    public void add(String header, Tally other) {
        other.counts.forEach((kind, numbers) -> {
            long[] mine = counts.computeIfAbsent(kind, k -> new long[numbers.length]);
            for (int i = 0; i < numbers.length; i++) {
                mine[i] += numbers[i];
            }
        });
        other.differences.forEach(difference -> differences.add(header + ": " + difference));
        other.refusals.forEach(refusal -> refusals.add(header + ": " + refusal));
    }

    /** Returns the number of compared facts, without refused ones. */
    public long total() {
        return counts.values().stream()
                .mapToLong(numbers -> Arrays.stream(numbers).sum() - numbers[Outcome.REFUSED.ordinal()])
                .sum();
    }

    public long number(Kind kind, Outcome outcome) {
        return counts.getOrDefault(kind, new long[Outcome.values().length])[outcome.ordinal()];
    }

    /** Returns one sentence for each fact that is not equal. */
    public List<String> differences() {
        return differences;
    }

    /** Returns one sentence for each fact that the compiler has and the model refuses, with the reason. */
    public List<String> refusals() {
        return refusals;
    }

    /** Returns the counts as text. */
    public String table() {
        StringBuilder text = new StringBuilder(String.format(
                "%-36s %9s %9s %9s %9s %9s %9s%n",
                "", "checked", "equal", "different", "unknown", "missed", "refused"));
        counts.forEach((kind, n) -> text.append(String.format(
                "%-36s %9d %9d %9d %9d %9d %9d%n", kind.title, Arrays.stream(n).sum(), n[0], n[1], n[2], n[3], n[4])));
        return text.toString();
    }
}
