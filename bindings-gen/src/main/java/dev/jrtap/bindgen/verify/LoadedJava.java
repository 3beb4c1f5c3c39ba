// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.emit.Emitted;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
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

/** Emitted Java, compiled by this JDK and loaded. */
final class LoadedJava implements AutoCloseable {

    private final String packageName;
    private final URLClassLoader loader;

    /**
     * Compiles the files of a package.
     *
     * @param directory a directory for sources and classes, which are not deleted
     * @throws BindgenException with the compiler's messages if it refuses the files
     */
    LoadedJava(String packageName, Path directory, Map<String, String> files) throws IOException {
        this.packageName = packageName;
        Path classes = Files.createDirectories(directory.resolve("classes"));
        List<Path> sources = new ArrayList<>();
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve("java").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            sources.add(Files.writeString(path, file.getValue()));
        }
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        if (javac == null) {
            throw new BindgenException("this Java runtime has no compiler: run with a JDK to verify emitted Java");
        }
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = javac.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("--release", "17", "-proc:none", "-classpath", "", "-d", classes.toString());
            if (!javac.getTask(messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources))
                    .call()) {
                throw new BindgenException("javac refuses the emitted Java: " + messages);
            }
        }
        loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    }

    private Class<?> type(Emitted.Member member) throws ReflectiveOperationException {
        return loader.loadClass(packageName + "." + member.type());
    }

    /** Returns the value of a static field, or the result of a method without parameters. */
    Object constant(Emitted.Member member) throws ReflectiveOperationException {
        for (Field field : type(member).getFields()) {
            if (field.getName().equals(member.name())) {
                return field.get(null);
            }
        }
        return method(member, 0).invoke(null);
    }

    /** Calls a static method and returns its result. */
    Object call(Emitted.Member member, Object... arguments) throws ReflectiveOperationException {
        return method(member, arguments.length).invoke(null, arguments);
    }

    /** Returns the public method of that name and number of parameters. */
    Method method(Emitted.Member member, int parameters) throws ReflectiveOperationException {
        for (Method method : type(member).getMethods()) {
            if (method.getName().equals(member.name()) && method.getParameterCount() == parameters) {
                return method;
            }
        }
        throw new NoSuchMethodException(member.type() + "." + member.name());
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
