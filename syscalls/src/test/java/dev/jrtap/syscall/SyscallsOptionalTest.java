// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A caller that wants the real system calls need not say so. */
class SyscallsOptionalTest {

    @Test
    void everyMethodThatTakesThemHasAFormWithout() throws Exception {
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (Class<?> type : publicTypes()) {
            for (Method method : type.getMethods()) {
                if (!Modifier.isStatic(method.getModifiers()) || !takesThem(method)) {
                    continue;
                }
                found++;
                Class<?>[] others = Arrays.stream(method.getParameterTypes())
                        .filter(parameter -> parameter != Syscalls.class)
                        .toArray(Class<?>[]::new);
                try {
                    type.getMethod(method.getName(), others);
                } catch (NoSuchMethodException e) {
                    missing.add(method.toString());
                }
            }
        }
        assertThat(found).as("methods that take Syscalls").isGreaterThan(20);
        assertThat(missing).isEmpty();
    }

    private static boolean takesThem(Method method) {
        return Arrays.asList(method.getParameterTypes()).contains(Syscalls.class);
    }

    private static List<Class<?>> publicTypes() throws IOException, ClassNotFoundException {
        Path classes = Path.of(Syscalls.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes.resolve("dev/jrtap"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = classes.relativize(file).toString();
                if (name.endsWith(".class") && !name.contains("bindings") && !name.endsWith("-info.class")) {
                    Class<?> type = Class.forName(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'),
                            false,
                            Syscalls.class.getClassLoader());
                    if (Modifier.isPublic(type.getModifiers())) {
                        types.add(type);
                    }
                }
            }
        }
        return types;
    }
}
