// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/** Checks of arguments of public methods. */
final class Checked {

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final String LOCALHOST = "localhost";

    private Checked() {}

    /** Returns the nanoseconds of a time of 0 to 1 day. */
    static long nanos(String name, Duration duration) {
        Objects.requireNonNull(duration, name);
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be 0.." + LONGEST.toHours() + " hours: " + duration);
        }
        return duration.toNanos();
    }

    static void range(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be "
                    + (most == Long.MAX_VALUE || most == Integer.MAX_VALUE ? least + " or more" : least + ".." + most)
                    + ": " + value);
        }
    }

    static double probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be a probability, 0..1: " + value);
        }
        return value;
    }

    /** Returns a name that can be part of a URL. */
    static String name(String name) {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches() || name.equals(LOCALHOST)) {
            throw new IllegalArgumentException("a name must be 1..63 letters, digits, '.', '_' and '-', begin with a"
                    + " letter or digit, and not be " + LOCALHOST + ": \"" + name + "\"");
        }
        return name;
    }
}
