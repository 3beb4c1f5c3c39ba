// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.BindgenException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A target architecture. All are little-endian and LP64. */
public enum Target {
    X86_64(true, false),
    AARCH64(false, true),
    RISCV64(false, false);

    private final boolean charIsSigned;
    private final boolean unnamedBitFieldsAlign;

    Target(boolean charIsSigned, boolean unnamedBitFieldsAlign) {
        this.charIsSigned = charIsSigned;
        this.unnamedBitFieldsAlign = unnamedBitFieldsAlign;
    }

    /** Returns the target of that id; the exception for any other names the known ids. */
    public static Target of(String id) {
        return Arrays.stream(values())
                .filter(target -> target.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new BindgenException(id + " is not one of the architectures "
                        + Arrays.stream(values()).map(Target::id).collect(Collectors.joining(", "))));
    }

    /** Returns the target that this program runs on; x86-64 if that is not a known target. */
    public static Target machine() {
        String name = System.getProperty("os.arch").replace("amd64", "x86_64");
        return Arrays.stream(values())
                .filter(target -> target.id().equals(name))
                .findFirst()
                .orElse(X86_64);
    }

    /** Returns the name in the model's text and on the command line, which is that of {@code uname -m}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the triplet, which names the subdirectory of this architecture's own headers and is the prefix of its
     * tools.
     */
    public String triplet() {
        return id() + "-linux-gnu";
    }

    /** Returns whether plain {@code char} is signed. */
    public boolean charIsSigned() {
        return charIsSigned;
    }

    /** Returns whether a bit-field without a name raises the alignment of its struct, as in AAPCS64. */
    public boolean unnamedBitFieldsAlign() {
        return unnamedBitFieldsAlign;
    }
}
