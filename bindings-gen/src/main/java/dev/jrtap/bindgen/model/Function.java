// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.List;

/**
 * A C function, its parameters reduced to the two widths that registers have.
 *
 * @param direct whether it has no wrapper in libc and goes through syscall(2)
 */
public record Function(String name, boolean returnsLong, boolean direct, List<Parameter> parameters) {

    /** A parameter: an address or a {@code long} if {@code isLong}, else an {@code int}. */
    public record Parameter(String name, boolean isLong) {}
}
