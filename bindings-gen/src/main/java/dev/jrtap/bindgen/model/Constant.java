// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.regex.Pattern;

/**
 * An integer macro or enumerator, or a macro that is an address, as {@code MAP_FAILED}.
 *
 * @param type its C type
 * @param value its bits; what does not fit in 64 signed bits is negative here
 * @param radix the base in which the header writes it: 10, 16, 8 or 2
 * @param argument for the number of an ioctl, the C type that its macro names, otherwise empty
 */
public record Constant(String header, int line, String name, String type, long value, int radix, String argument)
        implements Fact {

    private static final Pattern GROWS = Pattern.compile("\\w*_(MAX|MASK|LAST)_*|__\\w+_(COUNT|NUM|END)|__NR_syscalls");

    /** Returns whether Java needs a {@code long} for the type's bits. */
    public boolean isWide() {
        return type.contains("long") || type.contains("*");
    }

    /**
     * Returns whether later kernels are expected to have another value, as its name tells: then no caller may have it
     * compiled in.
     */
    public boolean grows() {
        return GROWS.matcher(name).matches();
    }

    /**
     * Returns the constant without the place and the base: architectures that write one number in two ways mean the
     * same.
     */
    @Override
    public Constant withoutPlace() {
        return new Constant("", 0, name, type, value, 10, argument);
    }
}
