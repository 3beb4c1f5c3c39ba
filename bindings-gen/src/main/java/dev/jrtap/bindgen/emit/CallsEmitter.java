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
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.select.Binding.Errno;
import dev.jrtap.bindgen.select.Details.Topic;
import dev.jrtap.bindgen.select.Selection;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import javax.lang.model.element.Modifier;

/**
 * Emits the class whose static methods call a library's functions; the library is loaded with the class, at the first
 * call.
 */
final class CallsEmitter {

    static final String ERRNO = "errno";

    private static final String STUBS = "LIBC";
    private static final String STUBS6 = "LIBC6";
    private static final String RESULT = "result";

    /** Names that no parameter may hide. */
    static final Set<String> OWN = Set.of(
            STUBS,
            STUBS6,
            "RUNTIME",
            RESULT,
            "Addresses",
            "Callback",
            "Handle",
            "Libraries",
            "Long",
            "Pointer",
            "Runtime");

    private static final ClassName PLATFORM = ClassName.get("jnr.ffi", "Platform");
    private static final ClassName LOADER = ClassName.get("jnr.ffi", "LibraryLoader");
    private static final ClassName RUNTIME = ClassName.get("jnr.ffi", "Runtime");

    private final Output output;
    private final Selection selection;
    private final Passing passing;
    private final List<Function> functions;
    private final Map<String, String> names;

    CallsEmitter(
            Output output, Selection selection, Passing passing, List<Function> functions, Map<String, String> names) {
        this.output = output;
        this.selection = selection;
        this.passing = passing;
        this.functions = functions;
        this.names = names;
    }

    /**
     * Returns the class.
     *
     * @param numbers the class that has the numbers of system calls
     * @param onStub whether processors other than x86-64 use the stub for functions that are kept off it on x86-64
     */
    TypeSpec emit(String numbers, Predicate<Function> offStub, boolean onStub) {
        TypeSpec.Builder type = TypeSpec.classBuilder(selection.callsName())
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc(javadoc());
        if (functions.stream().anyMatch(f -> !f.direct() && !offStub.test(f))) {
            ClassName stubs = output.type(selection.interfaceName());
            type.addField(field(stubs, STUBS, loaded(stubs)));
        }
        if (functions.stream().anyMatch(f -> f.direct() || offStub.test(f))) {
            ClassName stubs = output.type(selection.interfaceName() + "6");
            CodeBlock ofCpu = CodeBlock.of(
                    "$T.getNativePlatform().getCPU() == $T.CPU.X86_64$W? $L$W: $L",
                    PLATFORM,
                    PLATFORM,
                    loaded(stubs),
                    loaded(stubs.nestedClass(FunctionsEmitter.ON_STUB)));
            type.addField(field(stubs, STUBS6, onStub ? ofCpu : loaded(stubs)));
        }
        if (functions.stream().anyMatch(f -> selection.errno(f.name()) != Errno.NONE)) {
            type.addField(field(RUNTIME, "RUNTIME", CodeBlock.of("$T.getSystemRuntime()", RUNTIME)));
        }
        type.addMethod(Output.privateConstructor());
        functions.forEach(f -> type.addMethod(f.direct() ? direct(f, numbers) : call(f, offStub.test(f))));
        if (functions.stream().anyMatch(f -> selection.errno(f.name()) == Errno.SAVED)) {
            type.addMethod(errno());
        }
        if (functions.stream().anyMatch(this::takesStruct)) {
            type.addMethod(direct());
        }
        return type.build();
    }

    private String javadoc() {
        if (!selection.binding().hasLibrary()) {
            return "The functions, with {@code -errno} where libc returns {@code -1}."
                    + (functions.stream().allMatch(f -> f.parameters().size() <= 6) && !selection.hasPointers()
                            ? " No call allocates.\n"
                            : "\n");
        }
        return "The functions of {@code "
                + output.model().soname(selection.binding().library())
                + "}, which is loaded at the first call: from the directories that the system property"
                + " {@code jnr.ffi.library.path} names, otherwise from where the system's loader finds libraries.\n";
    }

    private boolean takesStruct(Function function) {
        TypeName buffer = ClassName.get(ByteBuffer.class);
        return function.parameters().stream()
                .anyMatch(p -> passing.parameter(function, p).call().equals(buffer));
    }

    private static FieldSpec field(ClassName type, String name, CodeBlock value) {
        return FieldSpec.builder(type, name, Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer(value)
                .build();
    }

    private CodeBlock loaded(ClassName type) {
        CodeBlock.Builder loader = CodeBlock.builder().add("$T.create($T.class).failImmediately()", LOADER, type);
        functions.forEach(function -> {
            String name = names.get(function.name());
            if (!name.equals(function.symbol())) {
                loader.add(".map($S, $S)", name, function.symbol());
            }
        });
        if (!selection.binding().hasLibrary()) {
            // What the process has loaded: the JVM itself uses libc. By the name "c", jnr-ffi would look through the
            // system's directories, 10 ms for each interface.
            return loader.add(".load($T.DEFAULT_LIBRARY)", LOADER).build();
        }
        CodeBlock.Builder code = CodeBlock.builder()
                .add(
                        "$T.load($L, $S",
                        output.runtime("Libraries"),
                        loader.build(),
                        output.model().soname(selection.binding().library()));
        selection.binding().directories().stream()
                .filter(directory -> directory.startsWith("/"))
                .forEach(directory -> code.add(", $S", directory));
        return code.add(")").build();
    }

    private MethodSpec.Builder method(Function function, List<String> parameters) {
        MethodSpec.Builder method = MethodSpec.methodBuilder(names.get(function.name()))
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc("$L\n", JavaText.code(function.prototype() + ";"))
                .returns(passing.result(function).call());
        for (int i = 0; i < parameters.size(); i++) {
            method.addParameter(
                    passing.parameter(function, function.parameters().get(i)).call(), parameters.get(i));
        }
        return method;
    }

    private MethodSpec call(Function function, boolean offStub) {
        List<String> parameters = JavaNames.parameters(function, OWN);
        List<CodeBlock> arguments = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            arguments.add(passing.parameter(function, function.parameters().get(i))
                    .conversion()
                    .apply(CodeBlock.of("$L", parameters.get(i))));
        }
        CodeBlock called = CodeBlock.of(
                "$L.$L($L)", offStub ? STUBS6 : STUBS, names.get(function.name()), CodeBlock.join(arguments, ", "));
        Passed result = passing.result(function);
        MethodSpec.Builder method = method(function, parameters);
        boolean negative = isNegative(function, result);
        if (result.stub() == TypeName.VOID) {
            return method.addStatement("$L", called).build();
        }
        if (negative) {
            return method.addStatement("$T $L = $L", result.stub(), RESULT, called)
                    .addStatement("return $L == -1 ? -RUNTIME.getLastError() : $L", RESULT, RESULT)
                    .build();
        }
        return method.addStatement("return $L", result.conversion().apply(called))
                .build();
    }

    /**
     * Returns whether the result is {@code -errno} after an error, or throws if a line of the selection requests that
     * and the result cannot be: an unsigned one has no -1, and a narrow one cannot hold all numbers of errors. An
     * address that is a number can, such as mmap's.
     */
    private boolean isNegative(Function function, Passed result) {
        if (selection.errno(function.name()) != Errno.NEGATIVE) {
            return false;
        }
        Function.Type type = function.result();
        boolean possible = !type.isVoid()
                && (type.shape().kind() == Shape.Kind.SIGNED || type.isPointer())
                && (result.stub() == TypeName.INT || result.stub() == TypeName.LONG);
        if (!possible) {
            selection.details().use(Topic.ERRNO, function.name()).ifPresent(detail -> {
                throw detail.wrong("a result of type " + type.c() + " cannot be -errno: write `errno saved "
                        + function.name() + "`");
            });
        }
        return possible;
    }

    /** Returns a method that calls syscall(2) with the number and five arguments; missing ones are 0. */
    private MethodSpec direct(Function function, String numbers) {
        if (functions.stream().noneMatch(f -> f.name().equals("syscall"))) {
            throw new BindgenException(selection.file() + ": " + function.name()
                    + " goes through syscall(2), which is not selected: add it to the functions");
        }
        if (!output.model().constants().containsKey("__NR_" + function.name())) {
            throw new BindgenException(selection.file() + ": " + function.name()
                    + " goes through syscall(2), and __NR_" + function.name()
                    + " is not selected: add it to the constants of a selection of asm/unistd.h");
        }
        List<String> parameters = JavaNames.parameters(function, OWN);
        StringBuilder arguments = new StringBuilder();
        for (int i = 0; i < FunctionsEmitter.STUB_LIMIT; i++) {
            arguments.append(", ").append(i < parameters.size() ? parameters.get(i) : "0");
        }
        String cast = function.result().isLong() ? "" : "(int) ";
        return method(function, parameters)
                .addStatement(
                        "long $L = $L.syscall($T.__NR_$L$L)",
                        RESULT,
                        STUBS6,
                        output.type(numbers),
                        function.name(),
                        arguments)
                .addStatement("return $L == -1 ? -RUNTIME.getLastError() : $L$L", RESULT, cast, RESULT)
                .build();
    }

    private static MethodSpec errno() {
        return MethodSpec.methodBuilder(ERRNO)
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .returns(TypeName.INT)
                .addJavadoc("Returns the errno of this thread's last call that saves it.\n")
                .addStatement("return RUNTIME.getLastError()")
                .build();
    }

    private static MethodSpec direct() {
        return MethodSpec.methodBuilder(Passing.DIRECT)
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
                .returns(ByteBuffer.class)
                .addParameter(ByteBuffer.class, "struct")
                .addParameter(TypeName.INT, "bytes")
                .beginControlFlow("if (struct != null && !struct.isDirect())")
                .addStatement(
                        "throw new IllegalArgumentException($S)",
                        "a struct must lie in a direct buffer: the library may keep its address")
                .endControlFlow()
                .beginControlFlow("if (struct != null && struct.remaining() < bytes)")
                .addStatement(
                        "throw new IllegalArgumentException($S + bytes + $S + struct.remaining() + $S)",
                        "a struct of ",
                        " bytes needs a buffer with as many bytes remaining, not ",
                        " bytes")
                .endControlFlow()
                .addStatement("return struct")
                .build();
    }
}
