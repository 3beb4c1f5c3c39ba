// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Suggests existing names for a name that does not exist. */
public final class NearestNames {

    private static final int SHOWN = 3;

    private NearestNames() {}

    /** Returns the names that need the fewest edits to become {@code wanted}. */
    public static List<String> of(String wanted, Collection<String> names) {
        return names.stream()
                .sorted(Comparator.comparingInt((String name) -> distance(wanted, name))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(SHOWN)
                .toList();
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
