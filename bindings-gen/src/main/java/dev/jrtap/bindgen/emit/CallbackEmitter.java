// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;

/**
 * Emits an interface for functions of one prototype that C or Java calls through a pointer.
 *
 * <p>Callbacks use jffi's closures, not jnr-ffi's: the latter pass garbage for every floating-point argument, and are
 * freed with a Java object that may be collected while C keeps the address.
 */
final class CallbackEmitter {

    private static final String JFFI = "com.kenai.jffi";
    private static final ClassName TYPE = ClassName.get(JFFI, "Type");
    private static final ClassName FUNCTION = ClassName.get(JFFI, "Function");
    private static final ClassName ARGUMENTS = ClassName.get(JFFI, "HeapInvocationBuffer");
    private static final ClassName INVOKER = ClassName.get(JFFI, "Invoker");
    private static final Set<String> OWN =
            Set.of("function", "arguments", "pointer", "Addresses", "Function", "HeapInvocationBuffer", "Invoker");

    private final Output output;
    private final Function prototype;
    private final ClassName name;
    private final ClassName holder;
    private final ClassName addresses;
    private final List<String> parameters;

    CallbackEmitter(Output output, Function prototype, ClassName name) {
        this.output = output;
        this.prototype = prototype;
        this.name = name;
        this.holder = output.runtime("Callback");
        this.addresses = output.runtime("Addresses");
        this.parameters = JavaNames.parameters(prototype, OWN);
    }

    void emit() {
        output.add(TypeSpec.interfaceBuilder(name)
                .addModifiers(Modifier.PUBLIC)
                .addAnnotation(FunctionalInterface.class)
                .addJavadoc(
                        "A function that C calls: $L, $L:$L.\n\n"
                                + "<p>It may be called on any thread; a thread that the JVM does not know is attached as a daemon.\n",
                        JavaText.code(prototype.name().contains("(") ? prototype.name() : prototype.prototype()),
                        JavaText.comment(prototype.header()),
                        prototype.line())
                .addMethod(call())
                .addMethods(upcalls())
                .addMethod(downcall())
                .build());
    }

    private MethodSpec call() {
        MethodSpec.Builder method = MethodSpec.methodBuilder("call")
                .addModifiers(Modifier.PUBLIC, Modifier.ABSTRACT)
                .addJavadoc("Calls the function.\n")
                .returns(java(prototype.result()));
        if (prototype.parameters().stream().map(Function.Parameter::type).allMatch(CallbackEmitter::isSafe)
                && isSafe(prototype.result())) {
            method.addAnnotation(ClassName.get("jnr.ffi.annotations", "Delegate"));
        }
        for (int i = 0; i < parameters.size(); i++) {
            method.addParameter(java(prototype.parameters().get(i).type()), parameters.get(i));
        }
        return method.build();
    }

    /**
     * Returns whether jnr-ffi's own closures pass a type correctly: then handwritten interfaces can take the callback,
     * too.
     */
    private static boolean isSafe(Function.Type type) {
        return !type.isReal() && (type.isVoid() || type.shape().kind() != Shape.Kind.BOOL);
    }

    private static TypeName java(Function.Type type) {
        return type.isVoid()
                ? TypeName.VOID
                : type.isPointer()
                        ? Passing.POINTER
                        : Numbers.parameter(type.shape()).call();
    }

    private List<MethodSpec> upcalls() {
        TypeName held = ParameterizedTypeName.get(holder, name);
        String life = "Returns a callback that calls {@code target} until it is closed. An exception from"
                + " {@code target} goes to the thread's uncaught exception handler, and C gets ";
        MethodSpec.Builder plain = MethodSpec.methodBuilder("of")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(held)
                .addParameter(name, "target");
        if (prototype.result().isVoid()) {
            return List.of(
                    plain.addJavadoc(life + "nothing.\n").addCode(upcall()).build());
        }
        TypeName result = java(prototype.result());
        CodeBlock none = result.equals(Passing.POINTER)
                ? CodeBlock.of("null")
                : result == TypeName.BOOLEAN
                        ? CodeBlock.of("false")
                        : result == TypeName.BYTE || result == TypeName.SHORT
                                ? CodeBlock.of("($T) 0", result)
                                : CodeBlock.of("0");
        MethodSpec other = MethodSpec.methodBuilder("of")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(held)
                .addParameter(name, "target")
                .addParameter(result, "otherwise")
                .addJavadoc(life + "{@code otherwise}.\n")
                .addCode(upcall())
                .build();
        return List.of(
                plain.addJavadoc(life + (result.equals(Passing.POINTER) ? "NULL.\n" : "0.\n"))
                        .addStatement("return of(target, $L)", none)
                        .build(),
                other);
    }

    private CodeBlock upcall() {
        List<CodeBlock> arguments = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            arguments.add(argument(prototype.parameters().get(i).type(), i));
        }
        CodeBlock called = CodeBlock.of("target.call($L)", CodeBlock.join(arguments, ", "));
        CodeBlock.Builder code = CodeBlock.builder()
                .add("return $T.of(target, buffer -> {\n", holder)
                .indent()
                .beginControlFlow("try");
        code.addStatement("$L", prototype.result().isVoid() ? called : stored(called));
        code.nextControlFlow("catch ($T e)", Throwable.class);
        if (!prototype.result().isVoid()) {
            code.addStatement("$L", stored(CodeBlock.of("otherwise")));
        }
        return code.addStatement("$T.report(e)", holder)
                .endControlFlow()
                .unindent()
                .add("}$L);\n", types())
                .build();
    }

    /** Returns jffi's names of the types of the result and the parameters. */
    private CodeBlock types() {
        List<CodeBlock> all = new ArrayList<>();
        all.add(CodeBlock.of(", $T.$L", TYPE, jffi(prototype.result())));
        prototype.parameters().forEach(p -> all.add(CodeBlock.of("$T.$L", TYPE, jffi(p.type()))));
        return CodeBlock.join(all, ", ");
    }

    private static String jffi(Function.Type type) {
        if (type.isVoid()) {
            return "VOID";
        }
        Shape shape = type.shape();
        return switch (shape.kind()) {
            case POINTER -> "POINTER";
            case REAL -> shape.bytes() == 8 ? "DOUBLE" : "FLOAT";
            case SIGNED -> "SINT" + shape.bytes() * 8;
            default -> "UINT" + shape.bytes() * 8;
        };
    }

    private CodeBlock argument(Function.Type type, int i) {
        if (type.isPointer()) {
            return CodeBlock.of("$T.pointer(buffer.getAddress($L))", addresses, i);
        }
        Shape shape = type.shape();
        CodeBlock read = CodeBlock.of("buffer.get$L($L)", width(shape), i);
        return switch (shape.kind()) {
            case BOOL -> CodeBlock.of("$L != 0", read);
            case SIGNED, REAL -> read;
            default ->
                shape.bytes() == 1
                        ? CodeBlock.of("$L & 0xff", read)
                        : shape.bytes() == 2 ? CodeBlock.of("$L & 0xffff", read) : read;
        };
    }

    private static String width(Shape shape) {
        if (shape.kind() == Shape.Kind.REAL) {
            return shape.bytes() == 8 ? "Double" : "Float";
        }
        return switch ((int) shape.bytes()) {
            case 1 -> "Byte";
            case 2 -> "Short";
            case 4 -> "Int";
            default -> "Long";
        };
    }

    private CodeBlock stored(CodeBlock value) {
        Function.Type type = prototype.result();
        if (type.isPointer()) {
            return CodeBlock.of("buffer.setAddressReturn($T.of($L))", addresses, value);
        }
        Shape shape = type.shape();
        CodeBlock narrow = shape.kind() == Shape.Kind.BOOL
                ? CodeBlock.of("(byte) ($L ? 1 : 0)", value)
                : !isSigned(shape) && shape.bytes() < 4
                        ? CodeBlock.of("($L) $L", shape.bytes() == 1 ? "byte" : "short", value)
                        : value;
        return CodeBlock.of("buffer.set$LReturn($L)", width(shape), narrow);
    }

    /** Returns whether Java has a number of exactly this width and sign. */
    private static boolean isSigned(Shape shape) {
        return shape.kind() == Shape.Kind.SIGNED || shape.kind() == Shape.Kind.REAL;
    }

    private MethodSpec downcall() {
        CodeBlock.Builder code = CodeBlock.builder()
                .addStatement("$T function = new $T($T.of(pointer)$L)", FUNCTION, FUNCTION, addresses, types())
                .add("return ($L) -> {\n", String.join(", ", parameters))
                .indent()
                .addStatement("$T arguments = new $T(function)", ARGUMENTS, ARGUMENTS);
        for (int i = 0; i < parameters.size(); i++) {
            Function.Type type = prototype.parameters().get(i).type();
            String parameter = parameters.get(i);
            if (type.isPointer()) {
                code.addStatement("arguments.putAddress($T.of($L))", addresses, parameter);
            } else {
                String bool = type.shape().kind() == Shape.Kind.BOOL ? " ? 1 : 0" : "";
                code.addStatement("arguments.put$L($L$L)", width(type.shape()), parameter, bool);
            }
        }
        return MethodSpec.methodBuilder("at")
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(name)
                .addParameter(Passing.POINTER, "pointer")
                .addJavadoc("Returns an object that calls the C function at {@code pointer}.\n")
                .addCode(code.add(invoked()).unindent().addStatement("}").build())
                .build();
    }

    private CodeBlock invoked() {
        Function.Type type = prototype.result();
        String kind = type.isVoid() || !type.isPointer() && type.shape().bytes() < 4
                ? "Int"
                : type.isPointer() ? "Address" : width(type.shape());
        CodeBlock called = CodeBlock.of("$T.getInstance().invoke$L(function, arguments)", INVOKER, kind);
        if (type.isVoid()) {
            return CodeBlock.builder().addStatement("$L", called).build();
        }
        CodeBlock value = called;
        if (type.isPointer()) {
            value = CodeBlock.of("$T.pointer($L)", addresses, called);
        } else if (type.shape().bytes() < 4) {
            value = switch (type.shape().kind()) {
                case BOOL -> CodeBlock.of("($L & 0xff) != 0", called);
                case SIGNED -> CodeBlock.of("($L) $L", type.shape().bytes() == 1 ? "byte" : "short", called);
                default -> CodeBlock.of("$L & $L", called, type.shape().bytes() == 1 ? "0xff" : "0xffff");
            };
        }
        return CodeBlock.builder().addStatement("return $L", value).build();
    }
}
