// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import java.util.List;

/** Names, or patterns in which {@code *} stands for anything. */
public record Names(List<String> patterns) {

    /** Whether one of them is {@code name} or matches it. */
    public boolean match(String name) {
        for (String pattern : patterns) {
            if (match(pattern, name)) {
                return true;
            }
        }
        return false;
    }

    /** The patterns among them. */
    public List<String> globs() {
        return patterns.stream().filter(Names::isGlob).toList();
    }

    /** The plain names among them. */
    public List<String> exact() {
        return patterns.stream().filter(pattern -> !isGlob(pattern)).toList();
    }

    static boolean isGlob(String pattern) {
        return pattern.contains("*");
    }

    static boolean match(String pattern, String name) {
        return match(pattern, 0, name, 0);
    }

    /**
     * Whether what begins in the one place matches what begins in the other. All names of all headers go through here.
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
