// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.select.Binding.Form;
import dev.jrtap.bindgen.select.Details.Topic;
import dev.jrtap.bindgen.select.Selection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Determines how the functions of a selection take and return values: numbers, and addresses, which are {@code long}s
 * unless the selection uses {@code jnr.ffi.Pointer} and Java's own types for strings, structs and callbacks.
 */
final class Passing {

    static final ClassName POINTER = ClassName.get("jnr.ffi", "Pointer");
    static final String RETURN = ".return";
    /** The name of the method that checks a struct's buffer, in a class one of whose functions takes a struct. */
    static final String DIRECT = "direct";

    private static final String ANNOTATIONS = "jnr.ffi.annotations";
    private static final String BY_REFERENCE = "jnr.ffi.byref";

    private final Output output;
    private final Selection selection;
    private final boolean pointers;

    Passing(Output output, Selection selection) {
        this.output = output;
        this.selection = selection;
        this.pointers = selection.hasPointers();
    }

    /** Returns how a parameter is passed. */
    Passed parameter(Function function, Function.Parameter parameter) {
        if (!parameter.type().isPointer() || !pointers) {
            Passed number = parameter.type().isPointer()
                    ? Passed.plain(TypeName.LONG)
                    : Numbers.parameter(parameter.type().shape());
            return named(number, parameter.type());
        }
        String name = function.name() + "." + parameter.name();
        Passed passed = form(name, parameter.type())
                .map(form -> formed(form, parameter.type()))
                .orElseGet(() -> pointer(name, parameter.type()));
        return passed.with(direction(name, parameter.type()));
    }

    private Passed named(Passed number, Function.Type type) {
        return pointers && number.annotations().isEmpty()
                ? number.with(Numbers.named(type).map(List::of).orElse(List.of()))
                : number;
    }

    /** Returns the direction of a pointer: in for const, out if the selection says so, otherwise both. */
    private List<AnnotationSpec> direction(String name, Function.Type type) {
        List<AnnotationSpec> all = new ArrayList<>();
        if (type.c().startsWith("const ")) {
            all.add(AnnotationSpec.builder(ClassName.get(ANNOTATIONS, "In")).build());
        } else if (selection.details().use(Topic.DIRECTION, name).isPresent()) {
            all.add(AnnotationSpec.builder(ClassName.get(ANNOTATIONS, "Out")).build());
        }
        return all;
    }

    /** Returns the form that the selection gives to a pointer, or throws if the pointer's target does not allow it. */
    private Optional<Form> form(String name, Function.Type type) {
        return selection.details().use(Topic.FORM, name).map(detail -> {
            Form form = Form.valueOf(detail.value().toUpperCase(Locale.ROOT));
            String objection = objection(form, type);
            if (objection != null) {
                throw detail.wrong(type.c() + " " + objection);
            }
            return form;
        });
    }

    /** Returns why a pointer cannot be passed in a form; {@code null} if it can. */
    private String objection(Form form, Function.Type type) {
        Shape target = type.shape().target();
        boolean struct = target != null && target.kind() == Shape.Kind.STRUCT;
        if (form == Form.POINTER) {
            return null;
        }
        if (output.model().callbacks().containsKey(type.c())) {
            return "points to a function";
        }
        if (form == Form.REFERENCE) {
            return struct || target != null && target.isForeign() ? "does not point to a number or an address" : null;
        }
        return struct || target != null && target.bytes() != 1 ? "does not point to bytes" : null;
    }

    private static Passed formed(Form form, Function.Type type) {
        return switch (form) {
            case STRING -> Passed.plain(ClassName.get(String.class));
            case POINTER -> Passed.plain(POINTER);
            case BYTES -> Passed.plain(ArrayTypeName.of(TypeName.BYTE));
            case REFERENCE -> Passed.plain(reference(type.shape().target()));
        };
    }

    private static ClassName reference(Shape target) {
        String name = target == null
                ? "Pointer"
                : switch (target.kind()) {
                    case POINTER, STRUCT -> "Pointer";
                    case REAL -> target.bytes() == 8 ? "Double" : "Float";
                    default ->
                        switch ((int) target.bytes()) {
                            case 1 -> "Byte";
                            case 2 -> "Short";
                            case 4 -> "Int";
                            default -> "LongLong";
                        };
                };
        return ClassName.get(BY_REFERENCE, name + "ByReference");
    }

    private Passed pointer(String name, Function.Type type) {
        if (type.isText()) {
            return Passed.plain(ClassName.get(String.class));
        }
        ClassName callback = output.callback(name, type);
        if (callback != null) {
            ClassName holder = output.runtime("Callback");
            return new Passed(
                    POINTER,
                    List.of(),
                    ParameterizedTypeName.get(holder, callback),
                    x -> CodeBlock.of("$T.pointer($L)", holder, x));
        }
        Shape target = type.shape().target();
        if (target == null) {
            return Passed.plain(POINTER);
        }
        if (target.isOpaque()) {
            ClassName handle = output.handle(target);
            ClassName root = output.runtime("Handle");
            return new Passed(POINTER, List.of(), handle, x -> CodeBlock.of("$T.pointer($L)", root, x));
        }
        if (target.target() != null && target.target().isOpaque() && !type.c().startsWith("const ")) {
            output.handle(target.target());
            return Passed.plain(reference(target));
        }
        return target.kind() == Shape.Kind.STRUCT ? struct(target) : Passed.plain(POINTER);
    }

    private Passed struct(Shape target) {
        if (output.hasAccessors(target.tag())) {
            TypeName buffer = ClassName.get(ByteBuffer.class);
            return new Passed(
                    buffer,
                    List.of(),
                    buffer,
                    x -> CodeBlock.of("$L($L, $T.SIZEOF)", DIRECT, x, output.struct(target.tag())));
        }
        ClassName object = output.object(target.tag());
        return Passed.plain(object == null ? POINTER : object);
    }

    /** Returns how a result is passed. */
    Passed result(Function function) {
        Function.Type type = function.result();
        if (type.isVoid()) {
            return Passed.plain(TypeName.VOID);
        }
        if (!type.isPointer()) {
            return named(Numbers.result(type.shape()), type);
        }
        if (!pointers) {
            return Passed.plain(TypeName.LONG);
        }
        Optional<Form> form = form(function.name() + RETURN, type);
        if (form.isPresent()) {
            return Passed.plain(form.get() == Form.STRING ? ClassName.get(String.class) : POINTER);
        }
        Shape target = type.shape().target();
        if (target != null && target.isOpaque()) {
            ClassName handle = output.handle(target);
            return new Passed(POINTER, List.of(), handle, x -> CodeBlock.of("$T.of($L)", handle, x));
        }
        return Passed.plain(type.isText() ? ClassName.get(String.class) : POINTER);
    }
}
