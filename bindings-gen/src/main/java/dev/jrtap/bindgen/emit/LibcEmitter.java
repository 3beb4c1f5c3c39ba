// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.select.Selection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/**
 * The jnr-ffi interfaces of libc, split by the number of parameters, and the class that calls them and turns {@code -1} into
 * {@code -errno}.
 *
 * <p>The split is for safety: jnr-ffi's x86-64 stub passes a wrong sixth integer argument, in every version to date. An interface
 * marked {@code NoX86} takes another path, which is right, does not allocate, and costs a few nanoseconds more; but on x86-64 alone.
 * On aarch64 it is the stub that is right and does not allocate, and the mark, which holds there too, must not be. From seven
 * parameters on every path allocates, so there are none.
 */
final class LibcEmitter {

    private static final int STUB_LIMIT = 5;
    private static final int LIMIT = 6;
    private static final ClassName NO_X86 = ClassName.get("jnr.ffi.provider.jffi", "NoX86");
    private static final String OFF_STUB = "OffStub";
    private static final ClassName PLATFORM = ClassName.get("jnr.ffi", "Platform");
    private static final ClassName LOADER = ClassName.get("jnr.ffi", "LibraryLoader");
    private static final ClassName RUNTIME = ClassName.get("jnr.ffi", "Runtime");

    private final Output output;
    private final Selection selection;
    private final List<Function> functions;
    private final CTypes types;

    LibcEmitter(Output output, Selection selection, List<Function> functions) {
        this.output = output;
        this.selection = selection;
        this.functions = functions;
        this.types = new CTypes(selection);
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

    /** Adds the interfaces and the class of calls; {@code numbers} is the class with the numbers of system calls. */
    void emit(String numbers) {
        if (functions.isEmpty()) {
            return;
        }
        String name = selection.interfaceName();
        addUnlessEmpty(stubs(
                name,
                "Functions of libc with at most five parameters.\n",
                f -> f.parameters().size() <= STUB_LIMIT));
        addUnlessEmpty(stubs(
                        name + "6",
                        "Functions of libc with six parameters.\n",
                        f -> f.parameters().size() > STUB_LIMIT)
                .addType(offStub(output.type(name + "6"))));
        output.add(calls(numbers));
    }

    private void addUnlessEmpty(TypeSpec.Builder type) {
        TypeSpec built = type.build();
        if (!built.methodSpecs().isEmpty()) {
            output.add(built);
        }
    }

    private TypeSpec.Builder stubs(String name, String javadoc, Predicate<Function> wanted) {
        TypeSpec.Builder type =
                TypeSpec.interfaceBuilder(name).addModifiers(Modifier.PUBLIC).addJavadoc(javadoc);
        functions.stream()
                .filter(function -> !function.direct())
                .filter(wanted)
                .forEach(function -> type.addMethod(stub(function)));
        return type;
    }

    private static TypeSpec offStub(ClassName functions) {
        return TypeSpec.interfaceBuilder(OFF_STUB)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc("For x86-64: off jnr-ffi's stub, which passes a wrong sixth argument there.\n")
                .addAnnotation(NO_X86)
                .addSuperinterface(functions)
                .build();
    }

    private MethodSpec stub(Function function) {
        MethodSpec.Builder method = MethodSpec.methodBuilder(function.name())
                .addModifiers(Modifier.PUBLIC, Modifier.ABSTRACT)
                .returns(types.of(function.result()));
        types.annotation(function.result()).ifPresent(method::addAnnotation);
        for (Function.Parameter p : function.parameters()) {
            ParameterSpec.Builder parameter = ParameterSpec.builder(types.of(p.type()), JavaNames.parameter(p.name()));
            types.annotations(function, p).forEach(parameter::addAnnotation);
            method.addParameter(parameter.build());
        }
        return method.build();
    }

    private TypeSpec calls(String numbers) {
        String name = selection.interfaceName();
        boolean plain =
                functions.stream().anyMatch(f -> !f.direct() && f.parameters().size() <= STUB_LIMIT);
        boolean six =
                functions.stream().anyMatch(f -> f.direct() || f.parameters().size() > STUB_LIMIT);
        TypeSpec.Builder type = TypeSpec.classBuilder(name + "Calls")
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc("The functions, with {@code -errno} where libc returns {@code -1}. No call allocates.\n");
        if (plain) {
            ClassName libc = output.type(name);
            type.addField(library(libc, "LIBC", loaded(libc)));
        }
        if (six) {
            ClassName libc6 = output.type(name + "6");
            CodeBlock ofCpu = CodeBlock.of(
                    "$T.getNativePlatform().getCPU() == $T.CPU.X86_64$W? $L$W: $L",
                    PLATFORM,
                    PLATFORM,
                    loaded(libc6.nestedClass(OFF_STUB)),
                    loaded(libc6));
            type.addField(library(libc6, "LIBC6", ofCpu));
        }
        type.addField(FieldSpec.builder(RUNTIME, "RUNTIME", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                        .initializer("$T.getSystemRuntime()", RUNTIME)
                        .build())
                .addMethod(Output.privateConstructor());
        functions.forEach(function -> type.addMethod(call(function, numbers)));
        return type.build();
    }

    private static FieldSpec library(ClassName type, String name, CodeBlock loaded) {
        return FieldSpec.builder(type, name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer(loaded)
                .build();
    }

    private static CodeBlock loaded(ClassName type) {
        return CodeBlock.of("$T.create($T.class).failImmediately().load($S)", LOADER, type, "c");
    }

    private MethodSpec call(Function function, String numbers) {
        MethodSpec.Builder method = MethodSpec.methodBuilder(function.name())
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(types.of(function.result()));
        function.parameters().forEach(p -> method.addParameter(types.of(p.type()), JavaNames.parameter(p.name())));
        return method.addCode(function.direct() ? direct(function, numbers) : throughLibc(function))
                .build();
    }

    private CodeBlock throughLibc(Function function) {
        String library = function.parameters().size() > STUB_LIMIT ? "LIBC6" : "LIBC";
        String arguments = function.parameters().stream()
                .map(p -> JavaNames.parameter(p.name()))
                .collect(Collectors.joining(", "));
        TypeName result = types.of(function.result());
        if (result != TypeName.INT && result != TypeName.LONG) {
            String returned = result == TypeName.VOID ? "" : "return ";
            return CodeBlock.builder()
                    .addStatement("$L$L.$L($L)", returned, library, function.name(), arguments)
                    .build();
        }
        return CodeBlock.builder()
                .addStatement("$T result = $L.$L($L)", result, library, function.name(), arguments)
                .addStatement("return result == -1 ? -RUNTIME.getLastError() : result")
                .build();
    }

    /** syscall(2) takes the number and five arguments; what a call has fewer is 0. */
    private CodeBlock direct(Function function, String numbers) {
        if (functions.stream().noneMatch(f -> f.name().equals("syscall"))) {
            throw new BindgenException(selection.file() + ": " + function.name()
                    + " goes through syscall(2), which is not among the functions");
        }
        if (!output.model().constants().containsKey("__NR_" + function.name())) {
            throw new BindgenException(selection.file() + ": " + function.name()
                    + " goes through syscall(2), and __NR_" + function.name()
                    + " is not selected: add it to the constants of a selection of asm/unistd.h");
        }
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
                        "long result = LIBC6.syscall($T.__NR_$L$L)", output.type(numbers), function.name(), arguments);
        String cast = function.result().isLong() ? "" : "(int) ";
        return code.addStatement("return result == -1 ? -RUNTIME.getLastError() : $Lresult", cast)
                .build();
    }
}
