// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.select.Details.Topic;
import dev.jrtap.bindgen.select.Selection;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Modifier;

/**
 * Emits static methods that read and write members in a buffer, each in the byte order of its C type.
 *
 * <p>They are {@code x(buffer, at)} and {@code x(buffer, at, value)}, {@code at} being the struct's offset in the
 * buffer; for an array, an index follows {@code at}. Unsigned numbers of less than 32 bits are {@code int}s; wider ones
 * have the same bits as in C.
 */
final class AccessorEmitter {

    private final Output output;
    private final Selection selection;
    private final Struct struct;
    private final TypeSpec.Builder type;
    private final Map<String, String> handles = new HashMap<>();
    private final Taken fields;
    private final Taken methods = new Taken(Set.of());

    /** Makes an emitter that adds handles beside the constants whose names are {@code fields}. */
    AccessorEmitter(Output output, Selection selection, Struct struct, TypeSpec.Builder type, Taken fields) {
        this.output = output;
        this.selection = selection;
        this.struct = struct;
        this.type = type;
        this.fields = fields;
    }

    /** Adds the accessors of a member whose offset has the name {@code constant}. */
    void add(Struct.Field field, String constant, String wanted) {
        Shape shape = field.shape();
        if (shape.isForeign()) {
            return;
        }
        String name = methods.take(wanted);
        output.emitted()
                .members()
                .put(
                        struct.name() + "." + field.path(),
                        new Emitted.Member(output.struct(struct.name()).simpleName(), name));
        if (field.isBitField()) {
            bits(field, name);
            return;
        }
        CodeBlock index = shape.isArray()
                ? CodeBlock.of("at + $L + index * $L", constant, shape.bytes())
                : CodeBlock.of("at + $L", constant);
        if (shape.kind() == Shape.Kind.STRUCT) {
            inner(name, field, index);
            return;
        }
        output.callback(struct.name() + "." + field.path(), field.type());
        get(name, shape, index, field, "get");
        set(name, shape, index, field, "set");
        if (selection
                .details()
                .use(Topic.ORDER, struct.name() + "." + field.path())
                .isPresent()) {
            get(methods.take(name + "Acquire"), shape, index, field, "getAcquire");
            set(name + "Release", shape, index, field, "setRelease");
        }
        if (shape.count() > 0
                && field.type().startsWith("char[")
                && field.type().indexOf('[') == field.type().lastIndexOf('[')) {
            text(methods.take(name + "String"), field, constant);
        }
    }

    private static TypeName java(Shape shape, boolean bitField) {
        return switch (shape.kind()) {
            case BOOL -> bitField ? TypeName.INT : TypeName.BOOLEAN;
            case REAL -> shape.bytes() == 8 ? TypeName.DOUBLE : TypeName.FLOAT;
            default -> shape.bytes() == 8 || bitField && shape.bytes() > 4 ? TypeName.LONG : TypeName.INT;
        };
    }

    private MethodSpec.Builder method(String name, Struct.Field field, boolean setter) {
        MethodSpec.Builder method = MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc("$L $L.\n", setter ? "Stores" : "Loads", member(field))
                .addParameter(ByteBuffer.class, "buffer")
                .addParameter(TypeName.INT, "at");
        return field.shape().isArray() ? method.addParameter(TypeName.INT, "index") : method;
    }

    private static CodeBlock member(Struct.Field field) {
        return JavaText.code(field.type() + " " + field.path());
    }

    /** Adds the method that returns the offset of a struct inside, which its own class takes as {@code at}. */
    private void inner(String name, Struct.Field field, CodeBlock place) {
        MethodSpec.Builder method = MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc("Returns the offset of $L in the buffer.\n", member(field))
                .addParameter(TypeName.INT, "at")
                .returns(TypeName.INT);
        if (field.shape().isArray()) {
            method.addParameter(TypeName.INT, "index");
        }
        type.addMethod(method.addStatement("return $L", place).build());
    }

    /** Adds accessors of an array of {@code char} as text, which most such arrays hold. */
    private void text(String name, Struct.Field field, String constant) {
        TypeName chars = output.runtime("Chars");
        long length = field.shape().count();
        type.addMethod(MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc("Loads $L up to its first zero, as UTF-8.\n", member(field))
                .addParameter(ByteBuffer.class, "buffer")
                .addParameter(TypeName.INT, "at")
                .returns(String.class)
                .addStatement("return $T.get(buffer, at + $L, $L)", chars, constant, length)
                .build());
        type.addMethod(MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc("Stores $L as UTF-8 and fills its rest with zeroes.\n", member(field))
                .addParameter(ByteBuffer.class, "buffer")
                .addParameter(TypeName.INT, "at")
                .addParameter(String.class, "text")
                .addStatement("$T.set(buffer, at + $L, $L, text)", chars, constant, length)
                .build());
    }

    private void get(String name, Shape shape, CodeBlock index, Struct.Field field, String mode) {
        CodeBlock read = shape.bytes() == 1
                ? CodeBlock.of("buffer.get($L)", index)
                : CodeBlock.of("($L) $L.$L(buffer, $L)", primitive(shape), handle(shape), mode, index);
        boolean whole = shape.kind() == Shape.Kind.SIGNED || shape.bytes() >= 4;
        CodeBlock value = shape.kind() == Shape.Kind.BOOL
                ? CodeBlock.of("$L != 0", read)
                : whole
                        ? read
                        : CodeBlock.of(
                                "$L & $L",
                                shape.bytes() == 2 ? CodeBlock.of("($L)", read) : read,
                                shape.bytes() == 1 ? "0xff" : "0xffff");
        type.addMethod(method(name, field, false)
                .returns(java(shape, false))
                .addStatement("return $L", value)
                .build());
    }

    private void set(String name, Shape shape, CodeBlock index, Struct.Field field, String mode) {
        MethodSpec.Builder method = method(name, field, true).addParameter(java(shape, false), "value");
        if (shape.bytes() == 1) {
            String byteOf = shape.kind() == Shape.Kind.BOOL ? "(value ? 1 : 0)" : "value";
            method.addStatement("buffer.put($L, (byte) $L)", index, byteOf);
        } else {
            String cast = shape.bytes() == 2 ? "(short) " : "";
            method.addStatement("$L.$L(buffer, $L, $Lvalue)", handle(shape), mode, index, cast);
        }
        type.addMethod(method.build());
    }

    private void bits(Struct.Field field, String name) {
        TypeName java = java(field.shape(), true);
        TypeName bits = output.runtime("Bits");
        String cast = java == TypeName.INT ? "(int) " : "";
        String get = field.shape().kind() == Shape.Kind.SIGNED ? "getSigned" : "get";
        long at = field.offset() / 8;
        long first = field.offset() % 8;
        type.addMethod(method(name, field, false)
                .returns(java)
                .addStatement("return $L$T.$L(buffer, at + $L, $L, $L)", cast, bits, get, at, first, field.bits())
                .build());
        type.addMethod(method(name, field, true)
                .addParameter(java, "value")
                .addStatement("$T.set(buffer, at + $L, $L, $L, value)", bits, at, first, field.bits())
                .build());
    }

    private static String primitive(Shape shape) {
        if (shape.kind() == Shape.Kind.REAL) {
            return shape.bytes() == 8 ? "double" : "float";
        }
        return shape.bytes() == 2 ? "short" : shape.bytes() == 4 ? "int" : "long";
    }

    /** Returns the name of the handle for a width and byte order, which is added on first use. */
    private String handle(Shape shape) {
        boolean big = shape.kind() == Shape.Kind.NETWORK;
        String wanted = (big ? "BIG_" : "LITTLE_") + primitive(shape).toUpperCase(Locale.ROOT);
        if (!handles.containsKey(wanted)) {
            String name = fields.take(wanted);
            handles.put(wanted, name);
            type.addField(FieldSpec.builder(VarHandle.class, name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                    .initializer(
                            "$T.byteBufferViewVarHandle($L[].class, $T.$L)",
                            MethodHandles.class,
                            primitive(shape),
                            ByteOrder.class,
                            big ? "BIG_ENDIAN" : "LITTLE_ENDIAN")
                    .build());
        }
        return handles.get(wanted);
    }
}
