// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Differences between the checked-in files and those that would be generated. */
public final class Differences {

    private Differences() {}

    /** Returns one sentence for each file that is missing, superfluous or different. */
    public static List<String> between(SortedMap<String, String> generated, SortedMap<String, String> checkedIn) {
        SortedSet<String> paths = new TreeSet<>(generated.keySet());
        paths.addAll(checkedIn.keySet());
        List<String> differences = new ArrayList<>();
        for (String path : paths) {
            if (!generated.containsKey(path)) {
                differences.add(path + " is checked in, but would not be generated");
            } else if (!generated.get(path).equals(checkedIn.get(path))) {
                differences.add(
                        path + (checkedIn.containsKey(path) ? " differs from what the model gives" : " is missing"));
            }
        }
        return differences;
    }
}
