// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.header.Target;
import java.util.List;

/**
 * Types that gcc knows by name and no header declares.
 *
 * <p>Source: gcc manual, "Additional Floating Types", "128-bit Integers", "Half-Precision"; System V ABI and AAPCS64,
 * "va_list".
 */
final class BuiltinTypes {

    static final String VA_LIST = "__builtin_va_list";

    private static final int VA_LIST_OF_X86_64 = 24;
    private static final int VA_LIST_OF_AARCH64 = 32;

    private BuiltinTypes() {}

    /** Returns the type of that name; {@code null} if there is none. */
    static CType of(String name, Target target) {
        return switch (name) {
            case VA_LIST -> vaList(target);
            case "__int128_t" -> new CType.Int("__int128", 16, true);
            case "__uint128_t" -> new CType.Int("unsigned __int128", 16, false);
            // The keyword of C23, if no header defines it.
            case "bool" -> CType.Int.BOOL;
            case "_Float16", "__bf16" -> new CType.Real(name, 2);
            case "_Float128" -> new CType.Real(name, 16);
            case "__float80", "__float128" -> target == Target.X86_64 ? new CType.Real(name, 16) : null;
            default -> null;
        };
    }

    /** Returns the target's {@code va_list}: on x86-64 an array of one element, which is a pointer as a parameter. */
    private static CType vaList(Target target) {
        return switch (target) {
            case X86_64 -> new CType.Array(opaque(VA_LIST_OF_X86_64), 1);
            case AARCH64 -> opaque(VA_LIST_OF_AARCH64);
            case RISCV64 -> new CType.Pointer(new CType.Void());
        };
    }

    private static CType opaque(int bytes) {
        return new CType.Aggregate("struct", "__va_list_tag", bytes, 8, List.of());
    }
}
