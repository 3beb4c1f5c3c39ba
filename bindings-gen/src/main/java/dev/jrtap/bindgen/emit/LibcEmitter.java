// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/**
 * The jnr-ffi interfaces of libc, split by the number of parameters, and the class that calls them and turns {@code -1} into
 * {@code -errno}.
 *
 * <p>The split is for safety: jnr-ffi's x86-64 stub passes a wrong sixth integer argument, in every version to date. An interface
 * marked {@code NoX86} takes another path, which is right, does not allocate, and costs a few nanoseconds more. From seven
 * parameters on every path allocates, so there are none.
 */
final class LibcEmitter {

    private static final int STUB_LIMIT = 5;
    private static final int LIMIT = 6;
    private static final ClassName NO_X86 = ClassName.get("jnr.ffi.provider.jffi", "NoX86");
    private static final ClassName LOADER = ClassName.get("jnr.ffi", "LibraryLoader");
    private static final ClassName RUNTIME = ClassName.get("jnr.ffi", "Runtime");

    private final String packageName;
    private final List<Function> functions;

    LibcEmitter(String packageName, List<Function> functions) {
        this.packageName = packageName;
        this.functions = functions;
        for (Function function : functions) {
            if (registers(function) > LIMIT) {
                throw new BindgenException(
                        function.name() + " has " + registers(function)
                                + " arguments with the system call's number: jnr-ffi allocates from seven on; declare a shorter form");
            }
        }
    }

    private static int registers(Function function) {
        return function.parameters().size() + (function.direct() ? 1 : 0);
    }

    List<TypeSpec> emit() {
        List<TypeSpec> types = new ArrayList<>();
        types.add(stubs(
                        "Libc",
                        "Functions of libc with at most five parameters.\n",
                        f -> f.parameters().size() <= STUB_LIMIT)
                .build());
        types.add(stubs(
                        "Libc6",
                        "Functions of libc with six parameters, off the x86-64 stub, which passes a wrong sixth one.\n",
                        f -> f.parameters().size() > STUB_LIMIT)
                .addAnnotation(NO_X86)
                .build());
        types.add(facade());
        return types;
    }

    private TypeSpec.Builder stubs(String name, String javadoc, Predicate<Function> wanted) {
        TypeSpec.Builder type =
                TypeSpec.interfaceBuilder(name).addModifiers(Modifier.PUBLIC).addJavadoc(javadoc);
        functions.stream()
                .filter(function -> !function.direct())
                .filter(wanted)
                .forEach(function -> type.addMethod(signature(function)
                        .addModifiers(Modifier.PUBLIC, Modifier.ABSTRACT)
                        .build()));
        return type;
    }

    private static MethodSpec.Builder signature(Function function) {
        MethodSpec.Builder method = MethodSpec.methodBuilder(function.name()).returns(type(function.returnsLong()));
        function.parameters().forEach(p -> method.addParameter(type(p.isLong()), JavaNames.parameter(p.name())));
        return method;
    }

    private static TypeName type(boolean isLong) {
        return isLong ? TypeName.LONG : TypeName.INT;
    }

    private TypeSpec facade() {
        ClassName libc = ClassName.get(packageName, "Libc");
        ClassName libc6 = ClassName.get(packageName, "Libc6");
        TypeSpec.Builder type = TypeSpec.classBuilder("LibcCalls")
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc("The functions, with {@code -errno} where libc returns {@code -1}. No call allocates.\n")
                .addField(loaded(libc, "LIBC"))
                .addField(loaded(libc6, "LIBC6"))
                .addField(FieldSpec.builder(RUNTIME, "RUNTIME", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                        .initializer("$T.getSystemRuntime()", RUNTIME)
                        .build())
                .addMethod(ConstantsEmitter.privateConstructor());
        functions.forEach(function -> type.addMethod(signature(function)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addCode(function.direct() ? direct(function) : throughLibc(function))
                .build()));
        return type.build();
    }

    private static FieldSpec loaded(ClassName type, String name) {
        return FieldSpec.builder(type, name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer("$T.create($T.class).failImmediately().load($S)", LOADER, type, "c")
                .build();
    }

    private static CodeBlock throughLibc(Function function) {
        String library = function.parameters().size() > STUB_LIMIT ? "LIBC6" : "LIBC";
        String arguments = function.parameters().stream()
                .map(p -> JavaNames.parameter(p.name()))
                .collect(Collectors.joining(", "));
        return CodeBlock.builder()
                .addStatement(
                        "$T result = $L.$L($L)", type(function.returnsLong()), library, function.name(), arguments)
                .addStatement("return result == -1 ? -RUNTIME.getLastError() : result")
                .build();
    }

    /** syscall(2) takes the number and five arguments; what a call has fewer is 0. */
    private CodeBlock direct(Function function) {
        StringBuilder arguments = new StringBuilder();
        for (int i = 0; i < STUB_LIMIT; i++) {
            arguments.append(", ");
            arguments.append(
                    i < function.parameters().size()
                            ? JavaNames.parameter(function.parameters().get(i).name())
                            : "0");
        }
        CodeBlock.Builder code = CodeBlock.builder()
                .addStatement(
                        "long result = LIBC6.syscall($T.__NR_$L$L)",
                        ClassName.get(packageName, "Unistd"),
                        function.name(),
                        arguments);
        String cast = function.returnsLong() ? "" : "(int) ";
        return code.addStatement("return result == -1 ? -RUNTIME.getLastError() : $Lresult", cast)
                .build();
    }
}
