// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.select.Binding.Errno;
import dev.jrtap.bindgen.select.Selection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import javax.lang.model.element.Modifier;

/**
 * Emits the jnr-ffi interfaces of a library's functions, and the class that calls them.
 *
 * <p>There are two interfaces, because jnr-ffi's x86-64 stub passes a wrong sixth integer argument, in every version to
 * date; if integers and floating-point numbers are mixed, it extends narrow integers in other arguments' registers, so
 * that {@code f(double, int, long)} loses half of its last argument; and it does not count floating-point arguments for
 * a variadic function. An interface marked {@code NoX86} avoids the stub on x86-64: its calls are correct, do not
 * allocate with up to six arguments, and cost a few nanoseconds more. On aarch64, the stub does not allocate and is
 * correct for six integers. Therefore, for calls of the kernel, the marked interface contains one without the mark, for
 * aarch64; the marked one is correct however it is loaded.
 */
final class FunctionsEmitter {

    static final int STUB_LIMIT = 5;
    static final String ON_STUB = "OnStub";

    private static final ClassName NO_X86 = ClassName.get("jnr.ffi.provider.jffi", "NoX86");
    private static final ClassName IGNORE_ERROR = ClassName.get("jnr.ffi.annotations", "IgnoreError");
    private static final ClassName ENCODING = ClassName.get("jnr.ffi.annotations", "Encoding");

    private final Output output;
    private final Selection selection;
    private final List<Function> functions;
    private final Passing passing;
    /** The methods' names by C name: the function's own, unless Java reserves it. */
    private final Map<String, String> names = new HashMap<>();

    FunctionsEmitter(Output output, Selection selection, List<Function> functions) {
        this.output = output;
        this.selection = selection;
        this.functions = functions;
        this.passing = new Passing(output, selection);
        Taken taken = new Taken(Set.of(Passing.DIRECT, CallsEmitter.ERRNO));
        for (Function function : functions) {
            if (function.direct() && function.parameters().size() > STUB_LIMIT) {
                throw new BindgenException(
                        function.name() + " has " + (function.parameters().size() + 1)
                                + " arguments including the system call's number: jnr-ffi allocates for seven or more; declare"
                                + " a shorter form");
            }
            String name = taken.take(JavaNames.callable(function.name()));
            output.names().note(function.name() + "()", function.name(), name);
            names.put(function.name(), name);
        }
    }

    /** Adds the interfaces and the class of calls; {@code numbers} is the class with the numbers of system calls. */
    void emit(String numbers) {
        if (functions.isEmpty()) {
            return;
        }
        String name = selection.interfaceName();
        String whose = selection.binding().hasLibrary() ? selection.binding().library() : "libc";
        addUnlessEmpty(stubs(name, "Functions of " + whose + " with at most five parameters.\n", f -> !offStub(f)));
        TypeSpec.Builder marked = stubs(
                        name + "6",
                        "Functions of " + whose
                                + " to which jnr-ffi's x86-64 stub would pass wrong arguments: those with six or more, or"
                                + " with floating-point numbers among others.\n",
                        this::offStub)
                .addAnnotation(NO_X86);
        if (hasOnStub()) {
            marked.addType(TypeSpec.interfaceBuilder(ON_STUB)
                    .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                    .addJavadoc("For processors other than x86-64, whose stub is correct and does not allocate.\n")
                    .addSuperinterface(output.type(name + "6"))
                    .build());
        }
        addUnlessEmpty(marked);
        output.add(new CallsEmitter(output, selection, passing, functions, names)
                .emit(numbers, this::offStub, hasOnStub()));
    }

    /** Returns whether jnr-ffi's x86-64 stub would pass a wrong argument. */
    private boolean offStub(Function function) {
        boolean reals = function.parameters().stream().anyMatch(p -> p.type().isReal());
        boolean others = function.parameters().stream().anyMatch(p -> !p.type().isReal());
        return function.parameters().size() > STUB_LIMIT || reals && (others || selection.isFixed(function.name()));
    }

    /**
     * Returns whether allocation matters, and no function has a floating-point argument, which other processors' stubs
     * may pass wrongly.
     */
    private boolean hasOnStub() {
        return !selection.binding().hasLibrary()
                && functions.stream()
                        .filter(this::offStub)
                        .flatMap(f -> f.parameters().stream())
                        .noneMatch(p -> p.type().isReal());
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
        if (selection.hasPointers()) {
            type.addAnnotation(AnnotationSpec.builder(ENCODING)
                    .addMember("value", "$S", "UTF-8")
                    .build());
        }
        functions.stream()
                .filter(function -> !function.direct())
                .filter(wanted)
                .forEach(function -> type.addMethod(stub(function)));
        return type;
    }

    private MethodSpec stub(Function function) {
        Passed result = passing.result(function);
        MethodSpec.Builder method = MethodSpec.methodBuilder(names.get(function.name()))
                .addModifiers(Modifier.PUBLIC, Modifier.ABSTRACT)
                .returns(result.stub())
                .addAnnotations(result.annotations());
        if (selection.errno(function.name()) == Errno.NONE) {
            method.addAnnotation(IGNORE_ERROR);
        }
        List<String> parameters = JavaNames.parameters(function, CallsEmitter.OWN);
        for (int i = 0; i < parameters.size(); i++) {
            Passed passed = passing.parameter(function, function.parameters().get(i));
            method.addParameter(ParameterSpec.builder(passed.stub(), parameters.get(i))
                    .addAnnotations(passed.annotations())
                    .build());
        }
        return method.build();
    }
}
