// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

/** Numbers that differ between architectures; the number for the running machine is chosen when a class is loaded. */
final class Abi {

    private static final int INDEX = index(System.getProperty("os.arch"));

    private Abi() {}

    private static int index(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> 0;
            case "aarch64" -> 1;
            case "riscv64" -> 2;
            default -> Integer.MAX_VALUE;
        };
    }

    /** Returns the value for this machine, given the values for x86-64, aarch64 and riscv64, in that order. */
    static int select(int... values) {
        check(values.length);
        return values[INDEX];
    }

    /** Like {@link #select(int...)}, with numbers of 64 bits. */
    static long select(long... values) {
        check(values.length);
        return values[INDEX];
    }

    private static void check(int architectures) {
        if (INDEX >= architectures) {
            throw missing("these bindings");
        }
    }

    /** Returns the exception for a declaration that this machine's kernel lacks. */
    static UnsupportedOperationException missing(String name) {
        return new UnsupportedOperationException(name + ": not on " + System.getProperty("os.arch"));
    }
}
