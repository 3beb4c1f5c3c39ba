// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names, or patterns in which {@code *} stands for anything. */
public final class Names {

    private final List<String> patterns;
    private final List<String> globs;
    // A set: a header may have tens of thousands, and all names of all headers are looked for.
    private final Set<String> exact;
    private final Map<String, Integer> lines;

    public Names(List<String> patterns) {
        this(patterns, Map.of());
    }

    /** Names or patterns, with the line of a selection that each stands in, from 1. */
    Names(List<String> patterns, Map<String, Integer> lines) {
        this.lines = lines;
        this.patterns = List.copyOf(patterns);
        this.globs = this.patterns.stream().filter(Names::isGlob).toList();
        this.exact = new LinkedHashSet<>(this.patterns);
        globs.forEach(exact::remove);
    }

    /** All, as they were given. */
    public List<String> patterns() {
        return patterns;
    }

    /** Returns where one stands in the selection: its line, after a colon; nothing if that is not known. */
    String line(String pattern) {
        return lines.containsKey(pattern) ? ":" + lines.get(pattern) : "";
    }

    /** Returns whether one of them is {@code name} or matches it. */
    public boolean match(String name) {
        if (exact.contains(name)) {
            return true;
        }
        for (String glob : globs) {
            if (match(glob, name)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether {@code name} is one of them, and not just matched by one. */
    public boolean hasExactly(String name) {
        return exact.contains(name);
    }

    /** Returns the patterns among them. */
    public List<String> globs() {
        return globs;
    }

    /** Returns the plain names among them. */
    public List<String> exact() {
        return List.copyOf(exact);
    }

    static boolean isGlob(String pattern) {
        return pattern.contains("*");
    }

    static boolean match(String pattern, String name) {
        return match(pattern, 0, name, 0);
    }

    /**
     * Returns whether what begins in the one place matches what begins in the other.
     */
    private static boolean match(String pattern, int from, String name, int at) {
        int star = pattern.indexOf('*', from);
        int length = (star < 0 ? pattern.length() : star) - from;
        if (!name.regionMatches(at, pattern, from, length)) {
            return false;
        }
        if (star < 0) {
            return at + length == name.length();
        }
        for (int i = at + length; i <= name.length(); i++) {
            if (match(pattern, star + 1, name, i)) {
                return true;
            }
        }
        return false;
    }
}
