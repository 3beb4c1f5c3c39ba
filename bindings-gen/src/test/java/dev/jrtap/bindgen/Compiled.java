// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Generated Java, compiled as strictly as the project's own, and loaded. */
public final class Compiled {

    private final URLClassLoader loader;

    private Compiled(URLClassLoader loader) {
        this.loader = loader;
    }

    /** Compiles files by their paths; throws with the compiler's words if it does not like them. */
    public static Compiled of(Path directory, Map<String, String> files) {
        try {
            List<Path> sources = new ArrayList<>();
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = directory.resolve("src").resolve(file.getKey());
                Files.createDirectories(path.getParent());
                sources.add(Files.writeString(path, file.getValue()));
            }
            Path classes = Files.createDirectories(directory.resolve("classes"));
            JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
            StringWriter messages = new StringWriter();
            try (StandardJavaFileManager manager = javac.getStandardFileManager(null, null, null)) {
                List<String> options = List.of(
                        "--release",
                        "17",
                        "-Xlint:all,-processing,-path",
                        "-Werror",
                        "-proc:none",
                        "-d",
                        classes.toString(),
                        "-classpath",
                        System.getProperty("java.class.path"));
                boolean good = javac.getTask(
                                messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources))
                        .call();
                if (!good) {
                    throw new AssertionError("generated Java does not compile:\n" + messages);
                }
            }
            URL[] urls = {classes.toUri().toURL()};
            return new Compiled(new URLClassLoader(urls, Compiled.class.getClassLoader()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Class<?> type(String name) throws ClassNotFoundException {
        return loader.loadClass(name);
    }

    /** Calls a static method by its name and number of arguments. */
    public Object call(String type, String method, Object... arguments) throws ReflectiveOperationException {
        for (var candidate : type(type).getMethods()) {
            if (candidate.getName().equals(method) && candidate.getParameterCount() == arguments.length) {
                return candidate.invoke(null, arguments);
            }
        }
        throw new NoSuchMethodException(type + "." + method);
    }

    /** The value of a static field. */
    public Object constant(String type, String field) throws ReflectiveOperationException {
        return type(type).getField(field).get(null);
    }
}
