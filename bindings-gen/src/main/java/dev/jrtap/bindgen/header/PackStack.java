// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state of {@code #pragma pack}: the current limit of members' alignments, and the pushed limits.
 *
 * <p>Source: gcc manual, "Structure-Layout Pragmas". A pragma that gcc regards as malformed has no effect.
 */
final class PackStack {

    private static final Pattern SET = Pattern.compile("(\\d*)");
    private static final Pattern PUSH = Pattern.compile("push((?:\\s*,\\s*\\w+){0,2})");
    private static final Pattern POP = Pattern.compile("pop(?:\\s*,\\s*([A-Za-z_]\\w*))?");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** The limit before a push, and the name of the push. */
    private record Pushed(String name, int limit) {}

    private final Deque<Pushed> pushed = new ArrayDeque<>();
    private int limit;

    /** Returns the current limit in bytes; 0 for no limit. */
    int limit() {
        return limit;
    }

    /** Applies the pragma's arguments: {@code push[, name][, n]}, {@code pop[, name]}, {@code n} or nothing. */
    void obey(String arguments) {
        Matcher set = SET.matcher(arguments);
        Matcher push = PUSH.matcher(arguments);
        Matcher pop = POP.matcher(arguments);
        if (set.matches()) {
            limit = alignment(set.group(1).isEmpty() ? "0" : set.group(1), limit);
        } else if (push.matches()) {
            push(push.group(1).trim());
        } else if (pop.matches()) {
            pop(pop.group(1));
        }
    }

    private void push(String arguments) {
        String name = null;
        int number = limit;
        for (String word :
                arguments.isEmpty() ? new String[0] : arguments.substring(1).split(",")) {
            String bare = word.trim();
            if (NUMBER.matcher(bare).matches()) {
                number = alignment(bare, -1);
            } else if (name == null) {
                name = bare;
            } else {
                return;
            }
        }
        if (number >= 0) {
            pushed.push(new Pushed(name, limit));
            limit = number;
        }
    }

    /** Returns the number if it is zero or a power of two up to 16, otherwise {@code malformed}. */
    private static int alignment(String digits, int malformed) {
        return switch (digits) {
            case "0", "1", "2", "4", "8", "16" -> Integer.parseInt(digits);
            default -> malformed;
        };
    }

    /** Restores the limit before the push of that name, or, if no push has that name, before the last push. */
    private void pop(String name) {
        if (name != null && pushed.stream().anyMatch(one -> name.equals(one.name()))) {
            while (!name.equals(pushed.element().name())) {
                pushed.pop();
            }
        }
        limit = pushed.isEmpty() ? limit : pushed.pop().limit();
    }
}
