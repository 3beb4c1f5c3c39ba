// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses numbers with units from annotations. */
final class Quantity {

    private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([a-z%]*)");
    private static final Map<String, Double> NANOS = Map.of("ns", 1.0, "us", 1e3, "ms", 1e6, "s", 1e9);
    private static final Map<String, Double> BITS = Map.of("bit", 1.0, "kbit", 1e3, "mbit", 1e6, "gbit", 1e9);
    private static final Map<String, Double> PARTS = Map.of("", 1.0, "%", 0.01);

    private Quantity() {}

    /** Reads {@code "50ms"}. */
    static Duration duration(String text) {
        return Duration.ofNanos(Math.round(number(text, NANOS, "a duration, such as 50ms")));
    }

    /** Reads {@code "2%"} or {@code "0.02"}. */
    static double probability(String text) {
        return number(text, PARTS, "a probability, such as 2% or 0.02");
    }

    /** Reads {@code "10mbit"}: bits per second. */
    static long bitsPerSecond(String text) {
        return Math.round(number(text, BITS, "a bandwidth, such as 10mbit"));
    }

    private static double number(String text, Map<String, Double> units, String what) {
        Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
            throw new IllegalArgumentException("\"" + text + "\" is not " + what);
        }
        return Double.parseDouble(matcher.group(1)) * units.get(matcher.group(2));
    }
}
