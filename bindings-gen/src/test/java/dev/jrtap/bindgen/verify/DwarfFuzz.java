// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;

/** A target for {@code .ci/fuzz}: what a compiler or a library leaves is read, or refused by a BindgenException. */
public final class DwarfFuzz {

    private DwarfFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        try {
            Dwarf dwarf = new Dwarf(new Elf(bytes));
            dwarf.topLevel().forEach(dwarf::type);
            dwarf.files();
        } catch (BindgenException e) {
            // Refused.
        }
    }
}
