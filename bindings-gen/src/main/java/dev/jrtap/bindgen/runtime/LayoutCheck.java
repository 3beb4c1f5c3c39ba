// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import java.util.ArrayList;
import java.util.List;

/** Compares layouts with those of a kernel, one struct after the other. */
final class LayoutCheck {

    private final Btf kernel;
    private final List<String> differences = new ArrayList<>();
    private String struct;
    private Btf.Layout layout;

    LayoutCheck(Btf kernel) {
        this.kernel = kernel;
    }

    /** Begins a struct. One that has grown at its end since or before is the same to those that do not know the end. */
    LayoutCheck struct(String name, long size) {
        struct = name;
        layout = kernel.struct(name);
        if (layout != null && layout.size() == 0 && size != 0) {
            differences.add(name + " is empty in this kernel, and " + size + " bytes here");
        }
        return this;
    }

    /** A member of the struct: bits from its start, and the width of a bit-field or 0. */
    LayoutCheck member(String path, long offset, int width) {
        Long place = layout == null ? null : layout.members().get(path);
        if (place != null && place != (offset | (long) width << 32)) {
            differences.add(struct + "." + path + " begins at bit " + (place & 0xffffffffL)
                    + " in this kernel, and at bit " + offset + " here");
        }
        return this;
    }

    List<String> differences() {
        return differences;
    }
}
