// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import dev.jrtap.bindgen.model.Model;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The oldest of the kernels that were read in which each fact is found. */
final class FirstSeen {

    private final Model model;
    private final String oldest;

    FirstSeen(Model model) {
        this.model = model;
        this.oldest = oldest(model).orElse("");
    }

    /**
     * Returns {@code , first seen in 6.12}, or {@code , in 6.1 or earlier} for the oldest set; empty if it is not
     * known.
     */
    String since(String key) {
        String known = model.firstSeen().get(key);
        if (known == null) {
            return "";
        }
        String version = version(known);
        return version.equals(oldest) ? ", in " + version + " or earlier" : ", first seen in " + version;
    }

    /** Returns whether headers of different versions differ in a fact. */
    boolean hasChanged(String key) {
        return model.firstSeen().getOrDefault(key, "").endsWith(Model.CHANGED);
    }

    private static String version(String seen) {
        return seen.replace(Model.CHANGED, "");
    }

    private static Optional<String> oldest(Model model) {
        return model.firstSeen().values().stream()
                .map(FirstSeen::version)
                .distinct()
                .min(Comparator.comparing(FirstSeen::numbers, FirstSeen::compare));
    }

    private static List<Integer> numbers(String version) {
        return Arrays.stream(version.split("\\D+"))
                .filter(digits -> !digits.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }

    private static int compare(List<Integer> one, List<Integer> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            if (!one.get(i).equals(other.get(i))) {
                return one.get(i) - other.get(i);
            }
        }
        return one.size() - other.size();
    }
}
