// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A list of names and patterns; in a pattern, {@code *} matches anything. */
public final class Names {

    private final List<String> patterns;
    private final List<String> globs;
    // A set, because a header may have tens of thousands of names, and all names of all headers are looked up.
    private final Set<String> exact;
    private final Map<String, Integer> lines;

    public Names(List<String> patterns) {
        this(patterns, Map.of());
    }

    /** Makes a list of names or patterns with their lines in a selection, from 1. */
    Names(List<String> patterns, Map<String, Integer> lines) {
        this.lines = lines;
        this.patterns = List.copyOf(patterns);
        this.globs = this.patterns.stream().filter(Names::isGlob).toList();
        this.exact = new LinkedHashSet<>(this.patterns);
        globs.forEach(exact::remove);
    }

    /** Returns all names and patterns, in the given order. */
    public List<String> patterns() {
        return patterns;
    }

    /** Returns a colon and the line of a name or pattern in the selection; empty if it is not known. */
    String line(String pattern) {
        return lines.containsKey(pattern) ? ":" + lines.get(pattern) : "";
    }

    /** Returns whether one of the names is {@code name}, or one of the patterns matches it. */
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

    /** Returns whether {@code name} is one of the names, not just matched by a pattern. */
    public boolean hasExactly(String name) {
        return exact.contains(name);
    }

    /** Returns the patterns. */
    public List<String> globs() {
        return globs;
    }

    /** Returns the names that are not patterns. */
    public List<String> exact() {
        return List.copyOf(exact);
    }

    static boolean isGlob(String pattern) {
        return pattern.contains("*");
    }

    static boolean match(String pattern, String name) {
        return match(pattern, 0, name, 0);
    }

    /** Returns whether the pattern from {@code from} on matches the name from {@code at} on. */
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
