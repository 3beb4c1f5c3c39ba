// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Java types of C's numbers. C defines only the type's own bytes of a register, so narrow types are declared to
 * jnr-ffi, which extends them. Unsigned numbers of less than 32 bits are {@code int}s in Java; wider ones have the same
 * bits as in C.
 */
final class Numbers {

    private static final String TYPES = "jnr.ffi.types";

    /** The types that jnr-ffi knows by name, with their widths in bytes on the targets. */
    private static final Map<String, Integer> NAMED = Map.ofEntries(
            Map.entry("size_t", 8),
            Map.entry("ssize_t", 8),
            Map.entry("off_t", 8),
            Map.entry("pid_t", 4),
            Map.entry("uid_t", 4),
            Map.entry("gid_t", 4),
            Map.entry("mode_t", 4),
            Map.entry("socklen_t", 4),
            Map.entry("time_t", 8),
            Map.entry("dev_t", 8),
            Map.entry("key_t", 4),
            Map.entry("id_t", 4),
            Map.entry("clock_t", 8));

    private Numbers() {}

    /** Returns how a number is passed as a parameter. */
    static Passed parameter(Shape shape) {
        return shape.kind() == Shape.Kind.BOOL ? Passed.plain(TypeName.BOOLEAN) : number(shape);
    }

    /**
     * Returns how a number is passed as a result. A {@code _Bool} is read as a byte, because jnr-ffi reads a boolean
     * from the whole register, of which C defines one byte.
     */
    static Passed result(Shape shape) {
        return shape.kind() == Shape.Kind.BOOL
                ? new Passed(TypeName.BYTE, List.of(), TypeName.BOOLEAN, x -> CodeBlock.of("$L != 0", x))
                : number(shape);
    }

    private static Passed number(Shape shape) {
        return switch (shape.kind()) {
            case REAL -> Passed.plain(shape.bytes() == 8 ? TypeName.DOUBLE : TypeName.FLOAT);
            case SIGNED ->
                Passed.plain(
                        switch ((int) shape.bytes()) {
                            case 1 -> TypeName.BYTE;
                            case 2 -> TypeName.SHORT;
                            case 4 -> TypeName.INT;
                            default -> TypeName.LONG;
                        });
            default -> unsigned((int) shape.bytes());
        };
    }

    private static Passed unsigned(int bytes) {
        return bytes < Integer.BYTES
                ? Passed.plain(TypeName.INT, annotation("u_int" + bytes * 8 + "_t"))
                : Passed.plain(bytes == Integer.BYTES ? TypeName.INT : TypeName.LONG);
    }

    /** Returns the annotation of a named type, such as {@code @size_t}. */
    static Optional<AnnotationSpec> named(Function.Type type) {
        // libc's headers use __off_t where they may not declare off_t yet.
        String name = type.c().replaceFirst("^__", "");
        return !type.isVoid() && Long.valueOf(type.shape().bytes()).equals(width(name))
                ? Optional.of(annotation(name))
                : Optional.empty();
    }

    private static Long width(String name) {
        return NAMED.containsKey(name) ? Long.valueOf(NAMED.get(name)) : null;
    }

    private static AnnotationSpec annotation(String name) {
        return AnnotationSpec.builder(ClassName.get(TYPES, name)).build();
    }
}
