// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of the classes of one package. Two of C's names that would become the same class, and those that generated
 * code means otherwise, are told apart by an underscore; what was given another name than one would expect is noted,
 * for people.
 */
final class TypeNames {

    /** What generated code names without importing it: of {@code java.lang}, and of the classes that come along. */
    private static final Set<String> RESERVED =
            Set.of(("Abi Addresses Bits Btf Callback Chars Handle IoctlCaller LayoutCheck Layouts Libraries Lookup "
                            + "ArithmeticException AutoCloseable Boolean Byte Character CharSequence Class Comparable "
                            + "Deprecated Double Enum Error Exception Float FunctionalInterface "
                            + "IllegalArgumentException IllegalStateException IndexOutOfBoundsException Integer "
                            + "Iterable Long Math NullPointerException Number Object Override Record Runnable "
                            + "RuntimeException SafeVarargs Short String StringBuilder SuppressWarnings System Thread "
                            + "Throwable UnsatisfiedLinkError UnsupportedOperationException Void")
                    .split(" "));

    /** Returns whether generated code means something else by a name. */
    static boolean isReserved(String name) {
        return RESERVED.contains(name);
    }

    private final Taken taken = new Taken(RESERVED);
    private final Map<String, String> names = new HashMap<>();
    private final List<String> notes = new ArrayList<>();

    /** Reserves a name that a selection gives. */
    void reserve(String name) {
        taken.take(name);
    }

    /** Returns the class of what C calls {@code cName}; {@code wanted} if nothing else has that name. */
    String of(String cName, String wanted) {
        return names.computeIfAbsent(cName, c -> {
            String name = taken.take(wanted);
            if (!name.equals(wanted)) {
                notes.add(c + " is " + name + " in Java, for " + wanted + " is taken");
            }
            return name;
        });
    }

    /** Returns the class that {@link #of} gave before, or {@code null}. */
    String known(String cName) {
        return names.get(cName);
    }

    /** Notes that something's Java name is not what one would expect. */
    void note(String cName, String wanted, String name) {
        if (!name.equals(wanted)) {
            notes.add(cName + " is " + name + " in Java");
        }
    }

    List<String> notes() {
        return Collections.unmodifiableList(notes);
    }
}
