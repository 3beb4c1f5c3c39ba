// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.runtime.Btf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Explains why a kernel's own type differs from that of the headers: known cases by name, and patterns of a difference
 * in versions.
 */
final class Explanations {

    private static final String RESOURCE = "/dev/jrtap/bindgen/kernel-differences.txt";

    private final Map<String, String> known;

    private Explanations(Map<String, String> known) {
        this.known = known;
    }

    /** Reads the known cases: lines of a name, a tab or spaces, and a sentence. */
    static Explanations read() {
        Map<String, String> known = new HashMap<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(Explanations.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> {
                        String[] words = line.split("\\s+", 2);
                        known.put(words[0], words[1]);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Explanations(known);
    }

    String of(String name) {
        return known.getOrDefault(name, "");
    }

    /** Returns the reason; empty if none is known. */
    String of(Struct struct, Btf.Layout theirs, List<String> moved, List<String> onlyHere, List<String> onlyThere) {
        String byName = of(struct.name());
        if (!byName.isEmpty() || !moved.isEmpty()) {
            return byName;
        }
        // Common members have equal offsets, so one of the two is a later version.
        if (onlyThere.stream().allMatch(Explanations::isPadding) && theirs.size() <= struct.size()) {
            return "the headers are newer: members were added at the end, or in place of reserved ones";
        }
        if (onlyHere.stream().allMatch(Explanations::isPadding) && theirs.size() >= struct.size()) {
            return "the kernel has members of its own, or newer ones, at the end or in place of reserved ones";
        }
        return "";
    }

    static boolean isPadding(String path) {
        return new Struct.Field(path, "", null, 0, -1, 0).isPadding();
    }
}
