// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import java.util.regex.Pattern;

/** The name that a map or a program has in the kernel, for people and {@code bpftool}. */
final class ObjectName {

    private static final int LONGEST = Bpf.BPF_OBJ_NAME_LEN - 1;
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.]{1," + LONGEST + "}");

    private ObjectName() {}

    /** Returns {@code name} if the kernel takes it. */
    static String check(String name) {
        if (!VALID.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a name has 1.." + LONGEST + " letters, digits, underscores and dots: \"" + name + "\"");
        }
        return name;
    }
}
