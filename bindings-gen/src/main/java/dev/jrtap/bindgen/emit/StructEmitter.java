// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.select.Details.Topic;
import dev.jrtap.bindgen.select.Selection;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;

/** Emits one class for a struct or union: offsets, and accessors if they are selected. */
final class StructEmitter {

    /** The alignment of malloc's memory, in bytes, which suffices for every type without {@code aligned}. */
    static final int MALLOC_ALIGNMENT = 16;

    private final Output output;
    private final Selection selection;
    private final Variants<Struct> variants;
    private final Struct struct;
    private final Taken taken = new Taken(Set.of("SIZEOF", "ALIGNOF"));

    StructEmitter(Output output, Selection selection, Variants<Struct> variants) {
        this.output = output;
        this.selection = selection;
        this.variants = variants;
        this.struct = variants.first();
        if (!output.isEverywhere(variants)) {
            throw new BindgenException(struct.header() + ":" + struct.line() + ": " + struct.cName()
                    + " does not exist on all architectures" + output.limits(variants));
        }
    }

    void emit() {
        String name = output.struct(struct.name()).simpleName();
        output.emitted().structs().put(struct.name(), new Emitted.Member(name, name));
        TypeSpec.Builder type = TypeSpec.classBuilder(output.struct(struct.name()))
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc(
                        "Layout of {@code $L}, $L:$L$L: offsets in bytes.\n",
                        JavaText.comment(struct.cName()),
                        JavaText.comment(struct.header()),
                        struct.line(),
                        output.seen(Model.structKey(struct.name())))
                .addField(number("SIZEOF", output.number(variants, false, Struct::size), isStableSize())
                        .addJavadoc("The size in bytes, tail padding included.\n")
                        .build())
                .addField(number("ALIGNOF", output.number(variants, false, s -> (long) s.align()), true)
                        .addJavadoc("The alignment in bytes.\n")
                        .build());
        boolean accessors = selection.styles().contains(Selection.Style.ACCESSORS);
        // Members' names are taken first; names added beside them give way.
        List<String> names = struct.fields().stream().map(this::name).toList();
        AccessorEmitter methods = accessors ? new AccessorEmitter(output, selection, struct, type, taken) : null;
        for (int i = 0; i < names.size(); i++) {
            Struct.Field field = struct.fields().get(i);
            String constant = names.get(i);
            if (!field.isBitField()) {
                type.addField(number(constant, offset(field), true)
                        .addJavadoc(
                                "{@code $L $L}, $L, line $L$L\n",
                                field.type(),
                                field.path(),
                                size(field),
                                field.line(),
                                output.seen(Model.fieldKey(struct.name(), field.path())))
                        .build());
                arrays(type, constant, field.shape());
            } else if (!accessors) {
                bits(type, constant, field);
            }
            if (accessors) {
                methods.add(field, constant, method(field));
            }
        }
        if (accessors && selection.hasPointers()) {
            memory(type);
        }
        output.add(type.addMethod(Output.privateConstructor()).build());
    }

    /** Adds methods that return memory with an address, which functions that take the struct need. */
    private void memory(TypeSpec.Builder type) {
        type.addMethod(MethodSpec.methodBuilder("allocate")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(ByteBuffer.class)
                .addJavadoc("Returns a direct buffer of the struct's size and alignment, filled with zeroes.\n")
                .addStatement(
                        variants.all().stream()
                                        .anyMatch(variant -> variant.fact().align() > MALLOC_ALIGNMENT)
                                ? "return $T.allocateDirect(SIZEOF + ALIGNOF - 1).alignedSlice(ALIGNOF)"
                                : "return $T.allocateDirect(SIZEOF)",
                        ByteBuffer.class)
                .build());
        type.addMethod(MethodSpec.methodBuilder("at")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(ByteBuffer.class)
                .addParameter(Passing.POINTER, "pointer")
                .addJavadoc(
                        "Returns a buffer over C's struct at {@code pointer}, which is valid as long as C keeps the struct.\n")
                .addStatement("return $T.buffer(pointer, SIZEOF)", output.runtime("Addresses"))
                .build());
    }

    private static String size(Struct.Field field) {
        long size = field.shape().size();
        return field.shape().count() == Shape.FLEXIBLE ? "to the end" : size == 1 ? "1 byte" : size + " bytes";
    }

    /** Adds the place of a bit-field: the offset of its byte, its first bit there, and its width. */
    private void bits(TypeSpec.Builder type, String name, Struct.Field field) {
        String javadoc = "{@code $L $L : $L}, line $L: $L\n";
        Object[][] numbers = {
            {"_BYTE", field.offset() / 8, "the offset of the byte that it begins in"},
            {"_BIT", field.offset() % 8, "its first bit there"},
            {"_BITS", (long) field.bits(), "its width in bits"}
        };
        for (Object[] number : numbers) {
            type.addField(number(name + number[0], CodeBlock.of("$L", number[1]), true)
                    .addJavadoc(javadoc, field.type(), field.path(), field.bits(), field.line(), number[2])
                    .build());
        }
    }

    private boolean isStableSize() {
        return !output.hasChanged(Model.structKey(struct.name()));
    }

    /** Adds the length and the stride of an array. */
    private void arrays(TypeSpec.Builder type, String name, Shape shape) {
        if (selection.styles().contains(Selection.Style.ACCESSORS) && shape.isArray()) {
            if (shape.count() != Shape.FLEXIBLE) {
                type.addField(number(taken.take(name + "_LENGTH"), CodeBlock.of("$L", shape.count()), true)
                        .addJavadoc("The number of elements.\n")
                        .build());
            }
            type.addField(number(taken.take(name + "_STRIDE"), CodeBlock.of("$L", shape.bytes()), true)
                    .addJavadoc("The bytes from one element to the next.\n")
                    .build());
        }
    }

    private CodeBlock offset(Struct.Field field) {
        for (Variants.Variant<Struct> variant : variants.all()) {
            if (variant.fact().fields().stream().noneMatch(other -> other.path().equals(field.path()))) {
                throw new BindgenException(struct.header() + ":" + field.line() + ": " + struct.name() + "."
                        + field.path() + " does not exist on " + String.join(" and ", variant.architectures()));
            }
        }
        return output.number(
                variants,
                false,
                s -> s.fields().stream()
                        .filter(other -> other.path().equals(field.path()))
                        .findFirst()
                        .orElseThrow()
                        .bytes());
    }

    private String name(Struct.Field field) {
        String path = struct.name() + "." + field.path();
        String wanted = selection.details().use(Topic.NAME, path, JavaNames.offset(field.path()));
        String name = taken.take(wanted);
        output.names().note(path, wanted, name);
        return name;
    }

    private String method(Struct.Field field) {
        String path = struct.name() + "." + field.path();
        return JavaNames.method(selection.details().use(Topic.NAME, path, field.path()));
    }

    /** Makes a field. {@code Integer.valueOf} keeps javac from copying a value that may change into callers. */
    private static FieldSpec.Builder number(String name, CodeBlock value, boolean stable) {
        return FieldSpec.builder(TypeName.INT, name, Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .initializer(stable ? value : CodeBlock.of("Integer.valueOf($L)", value));
    }
}
