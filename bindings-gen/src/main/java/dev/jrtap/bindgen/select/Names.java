// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import java.util.List;
import java.util.regex.Pattern;

/** Names, or patterns in which {@code *} stands for anything. */
public record Names(List<String> patterns) {

    private static final Pattern META = Pattern.compile("[.\\[\\]{}()+?^$|\\\\]");

    /** Whether one of them is {@code name} or matches it. */
    public boolean match(String name) {
        return patterns.stream().anyMatch(pattern -> match(pattern, name));
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
        return isGlob(pattern)
                ? Pattern.matches(META.matcher(pattern).replaceAll("\\\\$0").replace("*", ".*"), name)
                : pattern.equals(name);
    }
}
