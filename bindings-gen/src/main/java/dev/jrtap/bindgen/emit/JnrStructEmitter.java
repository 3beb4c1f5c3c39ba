// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.TypeVariableName;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.select.Details.Topic;
import dev.jrtap.bindgen.select.Selection;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;

/**
 * Emits a subclass of {@code jnr.ffi.Struct}, for code that prefers objects.
 *
 * <p>jnr-ffi lays out members in order, without tail padding, which is wrong for 79 of 591 UAPI structs; so every
 * member is given its offset, and the end is padded. Members for which {@code Struct} has no class are methods: arrays,
 * bit-fields, big-endian numbers, structs inside, and packed members.
 */
final class JnrStructEmitter {

    private static final ClassName STRUCT = ClassName.get("jnr.ffi", "Struct");
    private static final ClassName RUNTIME = ClassName.get("jnr.ffi", "Runtime");
    private static final ClassName ALIGNMENT = STRUCT.nestedClass("Alignment");
    private static final ClassName NATIVE_TYPE = ClassName.get("jnr.ffi", "NativeType");

    /** The full name, because {@code Struct} contains a class of this simple name. */
    private static final TypeName POINTER = TypeVariableName.get("jnr.ffi.Pointer");

    private final Output output;
    private final Selection selection;
    private final Struct struct;
    private final TypeSpec.Builder type;
    private final Taken names = new Taken(Set.of());
    private long end;

    JnrStructEmitter(Output output, Selection selection, Variants<Struct> variants) {
        this.output = output;
        this.selection = selection;
        this.struct = variants.first();
        if (variants.all().size() > 1) {
            throw new BindgenException(struct.header() + ":" + struct.line() + ": " + struct.cName()
                    + " differs between architectures, but a jnr.ffi.Struct has one layout: use `style accessors`");
        }
        this.type = TypeSpec.classBuilder(output.object(struct.name()))
                .superclass(STRUCT)
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc(
                        "{@code $L} as an object, $L:$L.\n",
                        JavaText.comment(struct.cName()),
                        JavaText.comment(struct.header()),
                        struct.line());
    }

    private CodeBlock constructor() {
        CodeBlock.Builder code =
                CodeBlock.builder().addStatement("super(runtime, new $T($L))", ALIGNMENT, struct.align());
        if (struct.align() > StructEmitter.MALLOC_ALIGNMENT) {
            code.addStatement(
                            "var memory = runtime.getMemoryManager().allocateDirect($L, true)",
                            struct.size() + struct.align() - 1)
                    .addStatement(
                            "useMemory(memory.slice(-memory.address() & $L, $L))", struct.align() - 1, struct.size());
        }
        return code.build();
    }

    /**
     * Adds a member that sets the alignment: Struct uses that of its widest member, and ignores arrays and structs
     * inside.
     */
    private void align() {
        long widest = struct.fields().stream()
                .filter(this::isMember)
                .mapToLong(field -> field.shape().bytes())
                .max()
                .orElse(1);
        if (struct.align() > widest) {
            ClassName member = STRUCT.nestedClass("AbstractMember");
            type.addField(FieldSpec.builder(member, names.take("alignment"), Modifier.PRIVATE, Modifier.FINAL)
                    .initializer("new $L(0, $L, new Offset(0)) {}", member.simpleName(), struct.align() * Byte.SIZE)
                    .addAnnotation(unused())
                    .build());
        }
    }

    /**
     * Returns whether a member can be one of {@code Struct}'s classes. A member that is wider than the struct's
     * alignment, as in a packed struct, cannot, because it would raise the alignment.
     */
    private boolean isMember(Struct.Field field) {
        Shape shape = field.shape();
        return !field.isBitField()
                && !shape.isArray()
                && shape.kind() != Shape.Kind.STRUCT
                && shape.kind() != Shape.Kind.NETWORK
                && shape.bytes() <= struct.align()
                && !shape.isForeign();
    }

    void emit() {
        type.addMethod(MethodSpec.constructorBuilder()
                .addModifiers(Modifier.PUBLIC)
                .addParameter(RUNTIME, "runtime")
                .addCode(constructor())
                .build());
        for (Struct.Field field : struct.fields()) {
            add(field);
        }
        align();
        if (struct.size() > end) {
            type.addField(FieldSpec.builder(
                            STRUCT.nestedClass("Padding"), names.take("tail"), Modifier.PRIVATE, Modifier.FINAL)
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
        if (shape.isForeign() || shape.kind() != Shape.Kind.STRUCT && shape.count() == Shape.FLEXIBLE) {
            return;
        }
        String path = struct.name() + "." + field.path();
        String name = names.take(JavaNames.method(selection.details().use(Topic.NAME, path, field.path())));
        if (isMember(field)) {
            ClassName member = STRUCT.nestedClass(memberClass(shape));
            type.addField(FieldSpec.builder(member, name, Modifier.PUBLIC, Modifier.FINAL)
                    .initializer("new $L(new Offset($L))", member.simpleName(), field.bytes())
                    .addJavadoc("$L, offset $L.\n", member(field), field.bytes())
                    .build());
            end = Math.max(end, field.bytes() + shape.bytes());
        } else if (shape.kind() == Shape.Kind.STRUCT) {
            inner(field, name);
        } else {
            methods(field, name);
        }
    }

    private static CodeBlock member(Struct.Field field) {
        return JavaText.code(field.type() + " " + field.path());
    }

    private static String memberClass(Shape shape) {
        return switch (shape.kind()) {
            case POINTER -> "Pointer";
            case REAL -> shape.bytes() == 8 ? "Double" : "Float";
            case SIGNED -> "Signed" + shape.bytes() * 8;
            default -> "Unsigned" + shape.bytes() * 8;
        };
    }

    /**
     * Adds a method for a struct inside: it returns an object of the struct's class, or, without such a class, its
     * memory.
     */
    private void inner(Struct.Field field, String name) {
        Shape shape = field.shape();
        ClassName inner = shape.tag().isEmpty() ? null : output.object(shape.tag());
        MethodSpec.Builder method = MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC)
                .returns(inner == null ? POINTER : inner)
                .addJavadoc(
                        "Returns $L as $L over this struct's current memory.\n",
                        member(field),
                        inner == null ? "a pointer" : "an object");
        CodeBlock at = CodeBlock.of("$L", field.bytes());
        if (shape.isArray()) {
            method.addParameter(TypeName.INT, "index");
            at = CodeBlock.of("$L + index * $L", field.bytes(), shape.bytes());
        }
        CodeBlock memory = CodeBlock.of("$T.getMemory(this).slice($L, $L)", STRUCT, at, shape.bytes());
        if (inner == null) {
            type.addMethod(method.addStatement("return $L", memory).build());
            return;
        }
        type.addMethod(method.addStatement("$T inner = new $T(getRuntime())", inner, inner)
                .addStatement("inner.useMemory($L)", memory)
                .addStatement("return inner")
                .build());
    }

    /** Adds methods that read and write a member in the struct's memory. */
    private void methods(Struct.Field field, String name) {
        Shape shape = field.shape();
        boolean array = shape.isArray();
        boolean real = shape.kind() == Shape.Kind.REAL;
        TypeName java =
                shape.bytes() == 8 ? real ? TypeName.DOUBLE : TypeName.LONG : real ? TypeName.FLOAT : TypeName.INT;
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
        // A type name would refer to Struct.Pointer, which hides jnr.ffi.Pointer.
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
                .addJavadoc("$L, offset $L.\n", member(field), field.bytes());
    }

    private static void number(Shape shape, CodeBlock at, MethodSpec.Builder get, MethodSpec.Builder set) {
        boolean big = shape.kind() == Shape.Kind.NETWORK;
        boolean signed = shape.kind() == Shape.Kind.SIGNED;
        String width = shape.kind() == Shape.Kind.REAL
                ? shape.bytes() == 8 ? "Double" : "Float"
                : shape.bytes() == 1 ? "Byte" : shape.bytes() == 2 ? "Short" : shape.bytes() == 4 ? "Int" : "LongLong";
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

    /** Adds statements that read, change and write the bytes of a bit-field as one buffer. */
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
