// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.select.Selection;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import javax.lang.model.element.Modifier;

/**
 * Emits a class of typed calls of ioctl(2): one method per request, which takes the argument's memory or its value and
 * returns the result or {@code -errno}. With the style {@code caller}, a method also takes an {@code IoctlCaller}.
 */
final class IoctlEmitter {

    private static final ClassName LOADER = ClassName.get("jnr.ffi", "LibraryLoader");
    private static final ClassName RUNTIME = ClassName.get("jnr.ffi", "Runtime");
    private static final ClassName MEMORY = ClassName.get("com.kenai.jffi", "MemoryIO");
    /** {@code _IOC_SIZESHIFT} and {@code _IOC_SIZEMASK}, the same on all targets. */
    private static final int SIZE_SHIFT = 16;

    private static final int SIZE_MASK = 0x3fff;
    private static final int DIRECTION_SHIFT = 30;

    private final Output output;
    private final Selection selection;
    private final Model model;
    /** The type {@code IoctlCaller} if each method takes one; otherwise null. */
    private final ClassName caller;

    IoctlEmitter(Output output, Selection selection) {
        this.output = output;
        this.selection = selection;
        this.model = output.model();
        boolean given = selection.styles().contains(Selection.Style.CALLER)
                && !selection.ioctls().isEmpty();
        this.caller = given ? output.runtime("IoctlCaller") : null;
    }

    void emit() {
        if (selection.ioctls().isEmpty()) {
            return;
        }
        String name = selection.className() + "Ioctls";
        TypeSpec.Builder type = TypeSpec.classBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc(
                        "Calls of ioctl(2) of {@code $L}. Each returns what the call returns, or {@code -errno}.\n",
                        String.join("}, {@code ", selection.headers()))
                .addMethod(Output.privateConstructor());
        if (caller == null) {
            libc(type, output.type(name).nestedClass("Libc"));
        }
        selection.ioctls().forEach((request, argument) -> type.addMethod(call(request, argument)));
        if (caller == null) {
            type.addMethod(result());
        }
        output.add(type.addMethod(address()).build());
    }

    /** Adds libc's function, for methods that call it themselves. */
    private static void libc(TypeSpec.Builder type, ClassName libc) {
        type.addType(TypeSpec.interfaceBuilder("Libc")
                        .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                        .addJavadoc("libc's ioctl(2), in the form in which it is called.\n")
                        .addMethod(MethodSpec.methodBuilder("ioctl")
                                .addModifiers(Modifier.PUBLIC, Modifier.ABSTRACT)
                                .returns(TypeName.INT)
                                .addParameter(TypeName.INT, "fd")
                                .addParameter(TypeName.LONG, "request")
                                .addParameter(TypeName.LONG, "argument")
                                .build())
                        .build())
                .addField(FieldSpec.builder(libc, "LIBC", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                        .initializer(
                                "$T.create($T.class).failImmediately().load($T.DEFAULT_LIBRARY)", LOADER, libc, LOADER)
                        .build())
                .addField(FieldSpec.builder(RUNTIME, "RUNTIME", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                        .initializer("$T.getSystemRuntime()", RUNTIME)
                        .build());
    }

    private MethodSpec call(String request, String selected) {
        Variants<Constant> variants = model.constants().get(request);
        Constant constant = variants.first();
        String argument = selected.isEmpty() ? constant.argument() : selected;
        MethodSpec.Builder method = MethodSpec.methodBuilder(JavaNames.method(request))
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(TypeName.INT);
        if (caller != null) {
            method.addParameter(caller, "caller");
        }
        method.addParameter(TypeName.INT, "fd");
        CodeBlock number =
                CodeBlock.of("$T.$L$L", output.type(selection.className()), request, constant.grows() ? "()" : "");
        String what = "{@code ioctl(fd, " + request;
        if (argument.isEmpty() || argument.equals("none")) {
            return method.addJavadoc(what + ")}, $L:$L$L.\n", constant.header(), constant.line(), output.seen(request))
                    .addStatement("return $L", called("fd, $L, 0L", number))
                    .build();
        }
        if (argument.equals("value")) {
            return method.addJavadoc(
                            what + ", value)}, $L:$L$L.\n", constant.header(), constant.line(), output.seen(request))
                    .addParameter(TypeName.LONG, "value")
                    .addStatement("return $L", called("fd, $L, value", number))
                    .build();
        }
        long size = size(constant, argument, selected.isEmpty());
        return method.addJavadoc(
                        what + ", $L *)}, $L:$L$L.\n\n@param argument direct; $L bytes from {@code at}$L\n",
                        argument,
                        constant.header(),
                        constant.line(),
                        output.seen(request),
                        size,
                        selected.isEmpty() ? ", which the kernel " + direction(constant) : "")
                .addParameter(ByteBuffer.class, "argument")
                .addParameter(TypeName.INT, "at")
                .addStatement("int result = $L", called("fd, $L, address(argument, at, $L)", number, size))
                .addStatement("$T.reachabilityFence(argument)", Reference.class)
                .addStatement("return result")
                .build();
    }

    private CodeBlock called(String arguments, Object... values) {
        CodeBlock call = CodeBlock.of("ioctl(" + arguments + ")", values);
        return caller == null ? CodeBlock.of("result(LIBC.$L)", call) : CodeBlock.of("caller.$L", call);
    }

    private static String direction(Constant constant) {
        return switch ((int) (constant.value() >>> DIRECTION_SHIFT) & 3) {
            case 1 -> "reads";
            case 2 -> "writes";
            default -> "reads and writes";
        };
    }

    private long size(Constant constant, String argument, boolean byHeader) {
        String tag = argument.replaceFirst("^(struct|union) ", "");
        Variants<Struct> struct = model.structs().get(tag);
        if (struct != null) {
            return struct.first().size();
        }
        if (byHeader) {
            return constant.value() >>> SIZE_SHIFT & SIZE_MASK;
        }
        throw new BindgenException(selection.file() + ": `ioctl " + constant.name() + " " + argument
                + "` needs a struct that is not selected: add `structs " + tag + "`");
    }

    private static MethodSpec result() {
        return MethodSpec.methodBuilder("result")
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
                .returns(TypeName.INT)
                .addParameter(TypeName.INT, "result")
                .addStatement("return result == -1 ? -RUNTIME.getLastError() : result")
                .build();
    }

    private static MethodSpec address() {
        return MethodSpec.methodBuilder("address")
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
                .returns(TypeName.LONG)
                .addParameter(ByteBuffer.class, "argument")
                .addParameter(TypeName.INT, "at")
                .addParameter(TypeName.INT, "bytes")
                .beginControlFlow("if (!argument.isDirect())")
                .addStatement(
                        "throw new $T($S)",
                        IllegalArgumentException.class,
                        "the argument must be a direct buffer, because the kernel uses its address: see ByteBuffer.allocateDirect")
                .endControlFlow()
                .addStatement("$T.checkFromIndexSize(at, bytes, argument.capacity())", java.util.Objects.class)
                .addStatement("return $T.getInstance().getDirectBufferAddress(argument) + at", MEMORY)
                .build();
    }
}
