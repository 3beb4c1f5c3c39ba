// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.LinkedHashMap;
import java.util.Map;

/** An architecture that headers are read for: what its compiler predefines, and where Debian keeps its headers. */
public enum Target {
    X86_64("x86_64-linux-gnu", "__x86_64__", "__x86_64", "__amd64__"),
    AARCH64("aarch64-linux-gnu", "__aarch64__", "__AARCH64EL__", "__CHAR_UNSIGNED__");

    private final String triplet;
    private final String[] own;

    Target(String triplet, String... own) {
        this.triplet = triplet;
        this.own = own;
    }

    /** The directory of this architecture's own headers, below the include directory. */
    public String triplet() {
        return triplet;
    }

    /** Name in the model's text. */
    public String id() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    boolean charIsSigned() {
        return this == X86_64;
    }

    /** Macros that the compiler defines before it reads the first line. */
    Map<String, String> predefinedMacros() {
        Map<String, String> macros = new LinkedHashMap<>();
        for (String name : own) {
            macros.put(name, "1");
        }
        macros.put("__linux__", "1");
        macros.put("__linux", "1");
        macros.put("__unix__", "1");
        macros.put("__LP64__", "1");
        macros.put("_LP64", "1");
        macros.put("__STDC__", "1");
        macros.put("__STDC_VERSION__", "201710L");
        macros.put("__STDC_HOSTED__", "1");
        macros.put("__GNUC__", "12");
        macros.put("__GNUC_MINOR__", "2");
        macros.put("__CHAR_BIT__", "8");
        macros.put("__SIZEOF_INT__", "4");
        macros.put("__SIZEOF_LONG__", "8");
        macros.put("__SIZEOF_POINTER__", "8");
        macros.put("__SIZE_TYPE__", "unsigned long");
        macros.put("__INT_MAX__", "0x7fffffff");
        macros.put("__LONG_MAX__", "0x7fffffffffffffffL");
        macros.put("__ORDER_LITTLE_ENDIAN__", "1234");
        macros.put("__ORDER_BIG_ENDIAN__", "4321");
        macros.put("__BYTE_ORDER__", "__ORDER_LITTLE_ENDIAN__");
        macros.put("__BITS_PER_LONG", "64");
        return macros;
    }
}
