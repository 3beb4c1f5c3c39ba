// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import java.util.ArrayList;
import java.util.List;

/** Compares layouts with those of a kernel, struct by struct. */
final class LayoutCheck {

    private final Btf kernel;
    private final List<String> differences = new ArrayList<>();
    private String struct;
    private Btf.Layout layout;

    LayoutCheck(Btf kernel) {
        this.kernel = kernel;
    }

    /**
     * Begins a struct. Only an empty struct is a difference in size: a struct that has grown at its end still suits
     * code that does not know the new members.
     */
    LayoutCheck struct(String name, long size) {
        struct = name;
        layout = kernel.struct(name);
        if (layout != null && layout.size() == 0 && size != 0) {
            differences.add(name + " is empty in this kernel, and " + size + " bytes here");
        }
        return this;
    }

    /**
     * Compares a member of the struct: its offset from the struct's start in bits, and the width of a bit-field or 0.
     */
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
