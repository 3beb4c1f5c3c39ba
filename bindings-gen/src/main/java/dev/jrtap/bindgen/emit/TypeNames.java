// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of the classes of one package. If two C names would become the same class, or generated code has another
 * use for a name, an underscore is appended; each such name is noted for the user.
 */
final class TypeNames {

    /** Classes that generated code refers to without an import: those of {@code java.lang} and the runtime classes. */
    private static final Set<String> RESERVED =
            Set.of(("Abi Addresses Bits Btf Callback Chars Handle IoctlCaller LayoutCheck Layouts Libraries Lookup "
                            + "ArithmeticException AutoCloseable Boolean Byte Character CharSequence Class Comparable "
                            + "Deprecated Double Enum Error Exception Float FunctionalInterface "
                            + "IllegalArgumentException IllegalStateException IndexOutOfBoundsException Integer "
                            + "Iterable Long Math NullPointerException Number Object Override Record Runnable "
                            + "RuntimeException SafeVarargs Short String StringBuilder SuppressWarnings System Thread "
                            + "Throwable UnsatisfiedLinkError UnsupportedOperationException Void")
                    .split(" "));

    /** Returns whether generated code has another use for a name. */
    static boolean isReserved(String name) {
        return RESERVED.contains(name);
    }

    private final Taken taken = new Taken(RESERVED);
    private final Map<String, String> names = new HashMap<>();
    private final List<String> notes = new ArrayList<>();

    /** Reserves a name that a selection uses. */
    void reserve(String name) {
        taken.take(name);
    }

    /** Returns the class of the C type {@code cName}: {@code wanted}, unless another type has that name. */
    String of(String cName, String wanted) {
        return names.computeIfAbsent(cName, c -> {
            String name = taken.take(wanted);
            if (!name.equals(wanted)) {
                notes.add(c + " is " + name + " in Java, because " + wanted + " is taken");
            }
            return name;
        });
    }

    /** Returns the class that {@link #of} has returned, or {@code null}. */
    String known(String cName) {
        return names.get(cName);
    }

    /** Notes a Java name that differs from the expected one. */
    void note(String cName, String wanted, String name) {
        if (!name.equals(wanted)) {
            notes.add(cName + " is " + name + " in Java");
        }
    }

    List<String> notes() {
        return Collections.unmodifiableList(notes);
    }
}
