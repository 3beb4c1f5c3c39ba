// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.TypeName;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.select.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The Java types of parameters and results: numbers of a register's width, and addresses, which are {@code long}s unless the
 * selection wants {@code jnr.ffi.Pointer}.
 */
final class CTypes {

    private static final ClassName POINTER = ClassName.get("jnr.ffi", "Pointer");
    private static final String ANNOTATIONS = "jnr.ffi.annotations";

    /** The types that jnr-ffi knows by name, so that their width is the platform's. */
    private static final Set<String> NAMED = Set.of(
            "size_t",
            "ssize_t",
            "off_t",
            "pid_t",
            "uid_t",
            "gid_t",
            "mode_t",
            "socklen_t",
            "time_t",
            "dev_t",
            "key_t",
            "id_t",
            "clock_t");

    private final Selection selection;
    private final boolean pointers;

    CTypes(Selection selection) {
        this.selection = selection;
        this.pointers = selection.styles().contains(Selection.Style.POINTERS);
    }

    TypeName of(Function.Type type) {
        if (type.isVoid()) {
            return TypeName.VOID;
        }
        if (type.isReal()) {
            return type.isLong() ? TypeName.DOUBLE : TypeName.FLOAT;
        }
        if (pointers && type.isPointer()) {
            return isText(type) ? ClassName.get(String.class) : POINTER;
        }
        return type.isLong() ? TypeName.LONG : TypeName.INT;
    }

    private static boolean isText(Function.Type type) {
        return type.c().equals("const char *");
    }

    /** {@code @size_t} and the like. */
    Optional<AnnotationSpec> annotation(Function.Type type) {
        // libc's headers say __off_t where they may not yet declare off_t.
        String name = type.c().replaceFirst("^__", "");
        return pointers && NAMED.contains(name)
                ? Optional.of(AnnotationSpec.builder(ClassName.get("jnr.ffi.types", name))
                        .build())
                : Optional.empty();
    }

    /** Also the direction of a pointer: in for const, out where the selection says so, else both. */
    List<AnnotationSpec> annotations(Function function, Function.Parameter parameter) {
        List<AnnotationSpec> all = new ArrayList<>();
        annotation(parameter.type()).ifPresent(all::add);
        if (pointers && parameter.type().isPointer()) {
            boolean written = selection.written().contains(function.name() + "." + parameter.name());
            if (parameter.type().c().startsWith("const ")) {
                all.add(AnnotationSpec.builder(ClassName.get(ANNOTATIONS, "In")).build());
            } else if (written) {
                all.add(AnnotationSpec.builder(ClassName.get(ANNOTATIONS, "Out"))
                        .build());
            }
        }
        return all;
    }
}
