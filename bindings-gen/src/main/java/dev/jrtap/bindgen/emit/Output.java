// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.select.Selection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** The files of one generated package, and the state that all emitters share. */
final class Output {

    private static final String RUNTIME = "/dev/jrtap/bindgen/runtime/";

    private final String packageName;
    private final Model model;
    private final String regenerate;
    private final FirstSeen firstSeen;
    private final Emitted emitted =
            new Emitted(new TreeMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    private final TypeNames names = new TypeNames();
    /** Returns the name that selections give to a type, or the second argument if there is none. */
    private final BinaryOperator<String> renamed;
    /** The styles of the selected structs, by tag. */
    private final Map<String, Set<Selection.Style>> styles = new HashMap<>();
    /** The callback interfaces in use, by the C type of the pointer, in the order of first use. */
    private final Map<String, ClassName> callbacks = new LinkedHashMap<>();
    /** The handle classes in use, by tag. */
    private final SortedMap<String, ClassName> handles = new TreeMap<>();

    Output(String packageName, Model model, String regenerate, BinaryOperator<String> renamed) {
        this.renamed = renamed;
        this.packageName = packageName;
        this.model = model;
        this.firstSeen = new FirstSeen(model);
        this.regenerate = regenerate;
    }

    Emitted emitted() {
        return emitted;
    }

    Model model() {
        return model;
    }

    ClassName type(String name) {
        return ClassName.get(packageName, name);
    }

    TypeNames names() {
        return names;
    }

    /** Notes the style of a struct, and gives its classes their names. */
    void plan(Selection selection, String tag) {
        String wanted = renamed.apply(tag, JavaNames.type(tag));
        styles.computeIfAbsent(tag, t -> EnumSet.noneOf(Selection.Style.class)).addAll(selection.styles());
        names.of("struct " + tag, wanted);
        if (selection.styles().contains(Selection.Style.STRUCTS)) {
            names.of("struct object " + tag, wanted + "Struct");
        }
    }

    /** Returns the class of a struct's offsets and accessors. */
    ClassName struct(String tag) {
        return type(names.known("struct " + tag));
    }

    /** Returns the {@code jnr.ffi.Struct} of a struct; {@code null} if none is emitted. */
    ClassName object(String tag) {
        String name = names.known("struct object " + tag);
        return name == null ? null : type(name);
    }

    boolean hasAccessors(String tag) {
        return styles.getOrDefault(tag, Set.of()).contains(Selection.Style.ACCESSORS);
    }

    /**
     * Returns the callback interface of a pointer to a function; {@code null} if it is not one, or if its signature
     * differs between architectures.
     */
    ClassName callback(String owner, dev.jrtap.bindgen.model.Function.Type type) {
        return callback(owner, type.c());
    }

    /**
     * Returns the callback interface of the C type {@code text}, a pointer to a function or an array of such pointers;
     * {@code null} if there is none.
     */
    ClassName callback(String owner, String text) {
        String type = text.endsWith("]") ? text.substring(0, text.indexOf('[')) : text;
        Variants<dev.jrtap.bindgen.model.Function> prototype = model.callbacks().get(type);
        if (prototype == null || !prototype.isCommonTo(model.architectures())) {
            return null;
        }
        return callbacks.computeIfAbsent(type, t -> {
            // A typedef of the function or of the pointer gives the name; otherwise the first use does.
            String given = t.replaceFirst(" \\*$", "");
            String name = given.matches("\\w+") ? given : owner;
            return type(names.of(t, renamed.apply(name, JavaNames.type(name))));
        });
    }

    Map<String, ClassName> callbacks() {
        return callbacks;
    }

    /** Returns the handle class of a struct that is declared and not defined. */
    ClassName handle(Shape target) {
        return handles.computeIfAbsent(target.tag(), tag -> {
            String bare = tag.replaceFirst("_(s|st|t|tag|struct)$", "");
            String wanted = renamed.apply(tag, JavaNames.type(bare) + "Handle");
            return type(names.of("pointer to struct " + tag, wanted));
        });
    }

    SortedMap<String, ClassName> handles() {
        return handles;
    }

    void add(TypeSpec type) {
        String body = JavaFile.builder(packageName, type).indent("    ").build().toString();
        put(type.name(), provenance() + body);
    }

    /** Adds {@code package-info}. */
    void addPackage(String javadoc) {
        put("package-info", provenance() + "/** " + javadoc + " */\npackage " + packageName + ";\n");
    }

    private void put(String name, String text) {
        if (emitted.files().put(path(name), text) != null) {
            throw new BindgenException(path(name)
                    + " would be written twice, because two selections use the same class name: `rename` one");
        }
    }

    private String path(String name) {
        return packageName.replace('.', '/') + "/" + name + ".java";
    }

    /** Adds and returns one of the runtime classes; its source is a resource. */
    ClassName runtime(String name) {
        emitted.files().computeIfAbsent(path(name), path -> {
            try (InputStream in = Output.class.getResourceAsStream(RUNTIME + name + ".java")) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return provenance()
                        + text.substring(text.indexOf("package "))
                                .replaceFirst("package [\\w.]+;", "package " + packageName + ";");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return type(name);
    }

    private String provenance() {
        return "// SPDX-License-Identifier: Apache-2.0\n// Generated by bindings-gen from " + model.source()
                + ".\n// Do not edit: " + regenerate + "\n";
    }

    /** Returns the kernel in which a fact was first seen, as the end of a sentence of javadoc. */
    String seen(String key) {
        return firstSeen.since(key);
    }

    /** Returns whether headers of different versions differ in a fact. */
    boolean hasChanged(String key) {
        return firstSeen.hasChanged(key);
    }

    /** Returns whether every architecture has the fact; if its values differ, one is chosen at run time. */
    boolean isEverywhere(Variants<?> variants) {
        return model.architectures().stream()
                .allMatch(architecture -> variants.on(architecture).isPresent());
    }

    /**
     * Returns the architectures that a fact is limited to, as the end of a sentence of javadoc; empty if it is not
     * limited.
     */
    String limits(Variants<?> variants) {
        if (isEverywhere(variants)) {
            return "";
        }
        return ", on "
                + model.architectures().stream()
                        .filter(architecture -> variants.on(architecture).isPresent())
                        .collect(Collectors.joining(" and "))
                + " only";
    }

    /** Returns an expression for a number of each variant: a literal if all agree, otherwise a choice. */
    <F extends Fact> CodeBlock number(Variants<F> variants, boolean wide, Function<F, Long> number) {
        return number(variants, wide, JavaText.DECIMAL, number);
    }

    /** Returns an expression for a number of each variant, in the base that the header uses. */
    <F extends Fact> CodeBlock number(Variants<F> variants, boolean wide, int radix, Function<F, Long> number) {
        List<Long> values = model.architectures().stream()
                .map(architecture -> variants.on(architecture).map(number).orElse(number.apply(variants.first())))
                .toList();
        if (values.stream().distinct().count() == 1) {
            return CodeBlock.of("$L", JavaText.literal(values.get(0), wide, radix));
        }
        List<String> order = Arrays.stream(Target.values())
                .map(Target::id)
                .limit(values.size())
                .toList();
        if (!order.equals(model.architectures())) {
            throw new BindgenException(
                    variants.first().name() + " differs between architectures: read the headers for all of " + order
                            + ", in that order, so that it can be chosen at run time");
        }
        return CodeBlock.of(
                "$T.select($L)",
                runtime("Abi"),
                values.stream()
                        .map(value -> JavaText.literal(value, wide, radix))
                        .collect(Collectors.joining(", ")));
    }

    static MethodSpec privateConstructor() {
        return MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build();
    }
}
