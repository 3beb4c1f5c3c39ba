// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.select.Selection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;

/**
 * A subclass of {@code jnr.ffi.Struct}, for those who want objects.
 *
 * <p>jnr-ffi lays members out in order, without tail padding, and gets 79 of 591 UAPI structs wrong that way; so every member is
 * given its offset, and the end is padded. What {@code Struct} has no member for, arrays, bit-fields, big-endian numbers and
 * structs inside, are methods.
 */
final class JnrStructEmitter {

    private static final ClassName STRUCT = ClassName.get("jnr.ffi", "Struct");
    private static final ClassName RUNTIME = ClassName.get("jnr.ffi", "Runtime");
    private static final ClassName ALIGNMENT = STRUCT.nestedClass("Alignment");
    private static final ClassName NATIVE_TYPE = ClassName.get("jnr.ffi", "NativeType");

    private final Output output;
    private final Selection selection;
    private final Struct struct;
    private final TypeSpec.Builder type;
    private final Set<String> names = new HashSet<>();
    private long end;

    JnrStructEmitter(Output output, Selection selection, Variants<Struct> variants) {
        this.output = output;
        this.selection = selection;
        this.struct = variants.first();
        if (variants.all().size() > 1) {
            throw new BindgenException(struct.header() + ":" + struct.line() + ": " + struct.cName()
                    + " differs between architectures, and a jnr.ffi.Struct is one: use `style accessors`");
        }
        this.type = TypeSpec.classBuilder(name(struct.name()))
                .superclass(STRUCT)
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc("{@code $L} as an object, $L:$L.\n", struct.cName(), struct.header(), struct.line());
    }

    private String name(String tag) {
        return JavaNames.type(tag, selection.renames()) + "Struct";
    }

    void emit() {
        type.addMethod(MethodSpec.constructorBuilder()
                .addModifiers(Modifier.PUBLIC)
                .addParameter(RUNTIME, "runtime")
                .addStatement("super(runtime, new $T($L))", ALIGNMENT, struct.align())
                .build());
        for (Struct.Field field : struct.fields()) {
            add(field);
        }
        if (struct.size() > end) {
            type.addField(FieldSpec.builder(STRUCT.nestedClass("Padding"), "tail", Modifier.PRIVATE, Modifier.FINAL)
                    .initializer("new Padding($T.SCHAR, $L)", NATIVE_TYPE, struct.size() - end)
                    .addAnnotation(unused())
                    .build());
        }
        output.add(type.build());
    }

    private static com.palantir.javapoet.AnnotationSpec unused() {
        return com.palantir.javapoet.AnnotationSpec.builder(SuppressWarnings.class)
                .addMember("value", "$S", "unused")
                .build();
    }

    private void add(Struct.Field field) {
        Shape shape = field.shape();
        String name = JavaNames.method(
                selection.renames().getOrDefault(struct.name() + "." + field.path(), JavaNames.offset(field.path())));
        boolean isNumber = !field.isBitField() && !shape.isArray() && shape.isInteger();
        if (!names.add(name)) {
            throw new BindgenException(struct.header() + ":" + field.line() + ": a second member " + name + " of "
                    + struct.name() + ": `rename " + struct.name() + "." + field.path() + " NAME`");
        }
        if (isNumber && shape.kind() != Shape.Kind.NETWORK) {
            ClassName member = STRUCT.nestedClass(memberClass(shape));
            type.addField(FieldSpec.builder(member, name, Modifier.PUBLIC, Modifier.FINAL)
                    .initializer("new $L(new Offset($L))", member.simpleName(), field.bytes())
                    .addJavadoc("{@code $L $L}, offset $L.\n", field.type(), field.path(), field.bytes())
                    .build());
            end = Math.max(end, field.bytes() + shape.bytes());
        } else if (shape.kind() == Shape.Kind.STRUCT && !shape.isArray()) {
            inner(field, name);
        } else if (field.isBitField() || shape.isInteger() && shape.count() != Shape.FLEXIBLE) {
            methods(field, name);
        }
    }

    private static String memberClass(Shape shape) {
        return switch (shape.kind()) {
            case POINTER -> "Pointer";
            case SIGNED -> "Signed" + shape.bytes() * 8;
            default -> "Unsigned" + shape.bytes() * 8;
        };
    }

    private void inner(Struct.Field field, String name) {
        Shape shape = field.shape();
        if (shape.tag().isEmpty()) {
            return;
        }
        ClassName inner = output.type(name(shape.tag()));
        type.addMethod(MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC)
                .returns(inner)
                .addJavadoc(
                        "{@code $L $L}: an object over this one's memory, as it is now.\n", field.type(), field.path())
                .addStatement("$T inner = new $T(getRuntime())", inner, inner)
                .addStatement("inner.useMemory($T.getMemory(this).slice($L, $L))", STRUCT, field.bytes(), shape.bytes())
                .addStatement("return inner")
                .build());
    }

    /** Reads and writes through the buffer that the memory is. */
    private void methods(Struct.Field field, String name) {
        Shape shape = field.shape();
        boolean array = shape.isArray();
        TypeName java = shape.bytes() == 8 ? TypeName.LONG : TypeName.INT;
        CodeBlock at = array
                ? CodeBlock.of("$L + index * $L", field.bytes(), shape.bytes())
                : CodeBlock.of("$L", field.bytes());
        MethodSpec.Builder get = method(name, field).returns(java);
        MethodSpec.Builder set = method(name, field);
        if (array) {
            get.addParameter(TypeName.INT, "index");
            set.addParameter(TypeName.INT, "index");
        }
        set.addParameter(java, "value");
        // Struct has a Pointer of its own, which hides jnr-ffi's.
        get.addStatement("var memory = $T.getMemory(this)", STRUCT);
        set.addStatement("var memory = $T.getMemory(this)", STRUCT);
        if (field.isBitField()) {
            bits(field, java, get, set);
        } else {
            number(shape, at, get, set);
        }
        type.addMethod(get.build());
        type.addMethod(set.build());
    }

    private static MethodSpec.Builder method(String name, Struct.Field field) {
        return MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc("{@code $L $L}, offset $L.\n", field.type(), field.path(), field.bytes());
    }

    private static void number(Shape shape, CodeBlock at, MethodSpec.Builder get, MethodSpec.Builder set) {
        boolean big = shape.kind() == Shape.Kind.NETWORK;
        boolean signed = shape.kind() == Shape.Kind.SIGNED;
        String width =
                shape.bytes() == 1 ? "Byte" : shape.bytes() == 2 ? "Short" : shape.bytes() == 4 ? "Int" : "LongLong";
        String box = shape.bytes() == 2 ? "Short" : shape.bytes() == 4 ? "Integer" : "Long";
        CodeBlock read = CodeBlock.of("memory.get$L($L)", width, at);
        read = big ? CodeBlock.of("$L.reverseBytes($L)", box, read) : read;
        String mask = signed || shape.bytes() > 2 ? "" : shape.bytes() == 1 ? " & 0xff" : " & 0xffff";
        get.addStatement("return $L$L", read, mask);
        String cast = shape.bytes() == 1 ? "(byte) " : shape.bytes() == 2 ? "(short) " : "";
        CodeBlock value = CodeBlock.of("$Lvalue", cast);
        set.addStatement(
                "memory.put$L($L, $L)", width, at, big ? CodeBlock.of("$L.reverseBytes($L)", box, value) : value);
    }

    /** The bytes that the bits lie in are read, changed and written as one buffer. */
    private void bits(Struct.Field field, TypeName java, MethodSpec.Builder get, MethodSpec.Builder set) {
        long first = field.offset() / 8;
        long bytes = (field.offset() % 8 + field.bits() + 7) / 8;
        TypeName bits = output.runtime("Bits");
        ClassName buffer = ClassName.get("java.nio", "ByteBuffer");
        for (MethodSpec.Builder method : List.of(get, set)) {
            method.addStatement("byte[] bytes = new byte[$L]", bytes)
                    .addStatement("memory.get($L, bytes, 0, bytes.length)", first);
        }
        String read = field.shape().kind() == Shape.Kind.SIGNED ? "getSigned" : "get";
        get.addStatement(
                "return $L$T.$L($T.wrap(bytes), 0, $L, $L)",
                java == TypeName.INT ? "(int) " : "",
                bits,
                read,
                buffer,
                field.offset() % 8,
                field.bits());
        set.addStatement("$T.set($T.wrap(bytes), 0, $L, $L, value)", bits, buffer, field.offset() % 8, field.bits())
                .addStatement("memory.put($L, bytes, 0, bytes.length)", first);
    }
}
