// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.select.Selection;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import javax.lang.model.element.Modifier;

/**
 * Static methods that read and write members in a buffer, each in the byte order of its C type.
 *
 * <p>They are {@code x(buffer, at)} and {@code x(buffer, at, value)}, {@code at} being where the struct begins; for an array, an
 * index stands behind {@code at}. Unsigned numbers of less than 32 bits are {@code int}s; wider ones have the same bits.
 */
final class AccessorEmitter {

    private final Output output;
    private final Selection selection;
    private final Struct struct;
    private final TypeSpec.Builder type;
    private final Set<String> handles = new HashSet<>();
    private final Set<String> methods = new HashSet<>();

    AccessorEmitter(Output output, Selection selection, Struct struct, TypeSpec.Builder type) {
        this.output = output;
        this.selection = selection;
        this.struct = struct;
        this.type = type;
    }

    /** Adds what can be read and written of a member whose offset has the name {@code constant}. */
    void add(Struct.Field field, String constant) {
        String name = JavaNames.method(constant);
        Shape shape = field.shape();
        if (shape.kind() == Shape.Kind.STRUCT || shape.kind() == Shape.Kind.REAL || shape.bytes() > 8) {
            return;
        }
        if (!methods.add(name)) {
            throw new BindgenException(struct.header() + ":" + field.line() + ": a second accessor " + name + " of "
                    + struct.name() + ": `rename " + struct.name() + "." + field.path() + " NAME`");
        }
        if (field.isBitField()) {
            bits(field, name);
            return;
        }
        String ordered = struct.name() + "." + field.path();
        CodeBlock index = shape.isArray()
                ? CodeBlock.of("at + $L + index * $L", constant, shape.bytes())
                : CodeBlock.of("at + $L", constant);
        get(name, shape, index, field, "get");
        set(name, shape, index, field, "set");
        if (selection.ordered().contains(ordered)) {
            get(name + "Acquire", shape, index, field, "getAcquire");
            set(name + "Release", shape, index, field, "setRelease");
        }
    }

    private static TypeName java(Shape shape, boolean bitField) {
        return shape.bytes() == 8 || bitField && shape.bytes() > 4 ? TypeName.LONG : TypeName.INT;
    }

    private MethodSpec.Builder method(String name, Struct.Field field, boolean setter) {
        MethodSpec.Builder method = MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc("$L {@code $L $L}.\n", setter ? "Stores" : "Loads", field.type(), field.path())
                .addParameter(ByteBuffer.class, "buffer")
                .addParameter(TypeName.INT, "at");
        return field.shape().isArray() ? method.addParameter(TypeName.INT, "index") : method;
    }

    private static String place(Struct.Field field) {
        return field.isBitField()
                ? "bits " + field.offset() + " to " + (field.offset() + field.bits() - 1)
                : "offset " + field.bytes();
    }

    private void get(String name, Shape shape, CodeBlock index, Struct.Field field, String mode) {
        CodeBlock read = shape.bytes() == 1
                ? CodeBlock.of("buffer.get($L)", index)
                : CodeBlock.of("($L) $L.$L(buffer, $L)", primitive(shape), handle(shape), mode, index);
        boolean signed = shape.kind() == Shape.Kind.SIGNED;
        CodeBlock value = shape.bytes() >= 4 || signed
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
            method.addStatement("buffer.put($L, (byte) value)", index);
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
        return shape.bytes() == 2 ? "short" : shape.bytes() == 4 ? "int" : "long";
    }

    /** The name of the handle for a width and order, which is made on first use. */
    private String handle(Shape shape) {
        boolean big = shape.kind() == Shape.Kind.NETWORK;
        String name = (big ? "BIG_" : "LITTLE_") + primitive(shape).toUpperCase(Locale.ROOT);
        if (handles.add(name)) {
            type.addField(FieldSpec.builder(VarHandle.class, name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                    .initializer(
                            "$T.byteBufferViewVarHandle($L[].class, $T.$L)",
                            MethodHandles.class,
                            primitive(shape),
                            ByteOrder.class,
                            big ? "BIG_ENDIAN" : "LITTLE_ENDIAN")
                    .build());
        }
        return name;
    }
}
