// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.Gcc;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.library.EchoLibrary.Signature;
import dev.jrtap.bindgen.library.EchoLibrary.Type;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import dev.jrtap.fixtures.Headers;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the signature, C gets the arguments that Java passed, and Java the result that C returned; and the other way
 * round.
 */
@Tag("any-user")
class EchoTest {

    private static final List<Signature> SIGNATURES = EchoLibrary.signatures(250, 20);
    private static final String CALLS = "echo.EchoCalls";
    private static final int ROUNDS = 3;

    @TempDir
    private static Path directory;

    private static Compiled pointers;
    private static Compiled addresses;

    private final Random random = new Random(7);

    @BeforeAll
    static void build() throws Exception {
        Target machine = Target.of(System.getProperty("os.arch").replace("amd64", "x86_64"));
        Gcc.require(machine, SearchPath.of(Headers.ROOT));
        Headers.requireLibcs();
        EchoLibrary.build(directory, SIGNATURES);
        pointers = bound("pointers");
        addresses = bound("addresses");
    }

    private static Compiled bound(String style) throws Exception {
        Path selection = directory.resolve(style + ".txt");
        Files.writeString(
                selection,
                "library echo " + directory + "\nheader echo.h\nclass Echo\nfunctions *\nstyle " + style + "\n");
        Target target = Target.of(System.getProperty("os.arch").replace("amd64", "x86_64"));
        Project project =
                new Project(new Settings(selection, directory, directory, "echo", List.of(target), "run the test."));
        List<String> problems = new ArrayList<>();
        SearchPath path = new SearchPath(directory, null, List.of(), Map.of());
        var model = project.read(List.of(new HeaderSet("", path)), "a test", problems);
        assertThat(problems).isEmpty();
        return Compiled.of(Files.createDirectory(directory.resolve(style)), project.generate(model));
    }

    @Test
    void cGetsTheArgumentsAndReturnsTheFirst() throws Exception {
        for (Compiled compiled : List.of(pointers, addresses)) {
            for (Signature signature : SIGNATURES) {
                Method echo = method(compiled.type(CALLS), "echo" + signature.number());
                for (int i = 0; i < ROUNDS; i++) {
                    List<String> values = values(signature);

                    Object result = echo.invoke(null, arguments(values, echo.getParameterTypes(), 0));

                    assertThat(said(compiled)).as("%s", signature).isEqualTo(text(signature, values));
                    assertThat(text(signature.parameters().get(0), result))
                            .as("%s", signature)
                            .isEqualTo(text(signature.parameters().get(0), values.get(0)));
                }
            }
        }
    }

    @Test
    void interfacesAreRightHoweverTheyAreLoaded() throws Exception {
        for (String name : List.of("EchoFunctions", "EchoFunctions6")) {
            Class<?> stubs = pointers.type("echo." + name);
            Object loaded = jnr.ffi.LibraryLoader.create(stubs)
                    .search(directory.toString())
                    .load("echo");
            for (Signature signature : SIGNATURES) {
                Method echo = Arrays.stream(stubs.getMethods())
                        .filter(m -> m.getName().equals("echo" + signature.number()))
                        .findFirst()
                        .orElse(null);
                if (echo != null) {
                    List<String> values = values(signature);
                    echo.invoke(loaded, arguments(values, echo.getParameterTypes(), 0));
                    // The other loader has the same library.
                    assertThat(said(pointers)).as("%s", signature).isEqualTo(text(signature, values));
                }
            }
        }
    }

    @Test
    void javaGetsTheArgumentsOfAFunctionThatCCalls() throws Exception {
        for (Signature signature : SIGNATURES) {
            Class<?> back = pointers.type("echo.Back" + signature.number());
            Method call = method(pointers.type(CALLS), "call" + signature.number());
            List<String> values = values(signature);
            AtomicReference<Object[]> seen = new AtomicReference<>();
            InvocationHandler handler = (proxy, method, given) -> {
                seen.set(given);
                return given[0];
            };
            Object target = Proxy.newProxyInstance(back.getClassLoader(), new Class<?>[] {back}, handler);
            try (AutoCloseable callback =
                    (AutoCloseable) back.getMethod("of", back).invoke(null, target)) {
                Object[] arguments = arguments(values, call.getParameterTypes(), 1);
                arguments[0] = callback;

                Object result = call.invoke(null, arguments);

                StringBuilder given = new StringBuilder();
                for (int i = 0; i < values.size(); i++) {
                    given.append(i == 0 ? "" : " ")
                            .append(text(signature.parameters().get(i), seen.get()[i]));
                }
                assertThat(given.toString()).as("%s", signature).isEqualTo(text(signature, values));
                assertThat(text(signature.parameters().get(0), result))
                        .as("%s", signature)
                        .isEqualTo(text(signature.parameters().get(0), values.get(0)));
            }
        }
    }

    @Test
    void javaCallsAFunctionAtAnAddress() throws Exception {
        for (Signature signature : SIGNATURES) {
            Class<?> back = pointers.type("echo.Back" + signature.number());
            Object address =
                    method(pointers.type(CALLS), "pointer" + signature.number()).invoke(null);
            Object function = back.getMethod("at", Pointer.class).invoke(null, address);
            Method call = method(back, "call");
            List<String> values = values(signature);

            Object result = call.invoke(function, arguments(values, call.getParameterTypes(), 0));

            assertThat(said(pointers)).as("%s", signature).isEqualTo(text(signature, values));
            assertThat(text(signature.parameters().get(0), result))
                    .as("%s", signature)
                    .isEqualTo(text(signature.parameters().get(0), values.get(0)));
        }
    }

    @Test
    void aThreadOfCMayCall() throws Exception {
        Class<?> worker = pointers.type("echo.Worker");
        AtomicReference<Thread> seen = new AtomicReference<>();
        InvocationHandler handler = (proxy, method, given) -> {
            seen.set(Thread.currentThread());
            return (int) given[0] + 1;
        };
        Object target = Proxy.newProxyInstance(worker.getClassLoader(), new Class<?>[] {worker}, handler);
        try (AutoCloseable callback =
                (AutoCloseable) worker.getMethod("of", worker).invoke(null, target)) {
            assertThat(pointers.call(CALLS, "onThread", callback, 41)).isEqualTo(42);
        }
        assertThat(seen.get()).isNotSameAs(Thread.currentThread());
        assertThat(seen.get().isDaemon()).isTrue();
    }

    @Test
    void aClosedCallbackSaysSo() throws Exception {
        Class<?> worker = pointers.type("echo.Worker");
        Object target = Proxy.newProxyInstance(
                worker.getClassLoader(), new Class<?>[] {worker}, (proxy, method, given) -> "a worker");
        AutoCloseable callback = (AutoCloseable) worker.getMethod("of", worker).invoke(null, target);
        callback.close();
        callback.close();

        assertThatThrownBy(() -> pointers.call(CALLS, "onThread", callback, 41))
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("callback is closed: a worker");
    }

    @Test
    void aNarrowResultIsItsOwnBytesAlone() throws Exception {
        for (Compiled compiled : List.of(pointers, addresses)) {
            assertThat(compiled.call(CALLS, "wholeBool", 0x1200L)).isEqualTo(false);
            assertThat(compiled.call(CALLS, "wholeBool", 0x1201L)).isEqualTo(true);
            assertThat(compiled.call(CALLS, "wholeChar", 0x1234L)).isEqualTo((byte) 0x34);
            assertThat(compiled.call(CALLS, "wholeSignedChar", 0x12feL)).isEqualTo((byte) -2);
            assertThat(compiled.call(CALLS, "wholeUnsignedChar", 0x1ffL)).isEqualTo(0xff);
            assertThat(compiled.call(CALLS, "wholeShort", 0x1fffeL)).isEqualTo((short) -2);
            assertThat(compiled.call(CALLS, "wholeUnsignedShort", 0x1fffeL)).isEqualTo(0xfffe);
            assertThat(compiled.call(CALLS, "wholeInt", 0x1_ffff_fffeL)).isEqualTo(-2);
        }
    }

    private static Method method(Class<?> type, String name) {
        return Arrays.stream(type.getMethods())
                .filter(m -> m.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(type + " has no " + name));
    }

    private static String said(Compiled compiled) throws Exception {
        Object text = compiled.call(CALLS, "said");
        return text instanceof String string
                ? string
                : Pointer.wrap(Runtime.getSystemRuntime(), (long) text).getString(0);
    }

    private List<String> values(Signature signature) {
        return signature.parameters().stream()
                .map(type -> type.values.get(random.nextInt(type.values.size())))
                .toList();
    }

    /** The values as objects of the parameters' types, from the {@code first} parameter on. */
    private static Object[] arguments(List<String> values, Class<?>[] types, int first) {
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < values.size(); i++) {
            arguments[first + i] = argument(values.get(i), types[first + i]);
        }
        return arguments;
    }

    private static Object argument(String value, Class<?> type) {
        return switch (type.getSimpleName()) {
            case "boolean" -> value.equals("1");
            case "byte" -> Byte.valueOf(value);
            case "short" -> Short.valueOf(value);
            case "int" -> Integer.valueOf(value);
            case "long" -> Long.valueOf(value);
            case "float" -> Float.valueOf(value);
            case "double" -> Double.valueOf(value);
            case "Pointer" ->
                value.equals("0") ? null : Pointer.wrap(Runtime.getSystemRuntime(), Long.parseLong(value));
            default -> throw new AssertionError(type);
        };
    }

    private static String text(Signature signature, List<String> values) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "" : " ").append(text(signature.parameters().get(i), values.get(i)));
        }
        return text.toString();
    }

    /** As C prints it: numbers are compared as the shortest text that both agree on. */
    private static String text(Type type, Object value) {
        if (value == null) {
            return "0";
        }
        if (value instanceof Boolean truth) {
            return truth ? "1" : "0";
        }
        if (value instanceof Pointer pointer) {
            return Long.toString(pointer.address());
        }
        if (type == Type.FLOAT || type == Type.DOUBLE) {
            double number = Double.parseDouble(value.toString());
            return number == Math.rint(number) && Math.abs(number) < 1e17
                    ? Long.toString((long) number)
                    : number == -1e300 ? "-1.0000000000000001e+300" : Double.toString(number);
        }
        return value.toString();
    }
}
