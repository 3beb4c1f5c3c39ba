// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.regex.Pattern;

/**
 * An integer macro or enumerator, or a macro that is an address, such as {@code MAP_FAILED}.
 *
 * @param type its C type
 * @param value its 64 bits; an unsigned value above {@code Long.MAX_VALUE} is negative here
 * @param radix the base in which the header writes it: 10, 16, 8 or 2
 * @param argument the C type that the macro of an ioctl's number names; empty for other constants
 */
public record Constant(String header, int line, String name, String type, long value, int radix, String argument)
        implements Fact {

    private static final Pattern GROWS = Pattern.compile("\\w*_(MAX|MASK|LAST)_*|__\\w+_(COUNT|NUM|END)|__NR_syscalls");

    /** Returns whether Java needs a {@code long} for the type's bits. */
    public boolean isWide() {
        return type.contains("long") || type.contains("*");
    }

    /**
     * Returns whether the name implies that later kernels have another value, so that no caller may have it compiled
     * in.
     */
    public boolean grows() {
        return GROWS.matcher(name).matches();
    }

    /** Returns the constant without the place and the base, which may differ between architectures. */
    @Override
    public Constant withoutPlace() {
        return new Constant("", 0, name, type, value, 10, argument);
    }
}
