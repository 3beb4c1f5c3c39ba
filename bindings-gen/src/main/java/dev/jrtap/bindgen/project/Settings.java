// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Plain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.lang.model.SourceVersion;

/**
 * The places of a module's bindings, and their package and architectures.
 *
 * @param selections a directory of selections, or one selection
 * @param model the facts, as text
 * @param sources the root of the generated Java
 * @param packageName the package of the generated Java
 * @param targets the architectures; empty for those whose headers exist
 * @param regenerate what the head of each generated file advises instead of editing it
 */
public record Settings(
        Path selections, Path model, Path sources, String packageName, List<Target> targets, String regenerate) {

    /** Checks the package name and the advice. */
    public Settings {
        if (!SourceVersion.isName(packageName)) {
            throw new BindgenException(packageName + " is not the name of a package");
        }
        if (packageName.equals("java") || packageName.startsWith("java.")) {
            throw new BindgenException(
                    packageName + " belongs to the JDK: no other class loader can define classes in it");
        }
        Plain.text("`regenerate`", regenerate);
        // Generated code chooses a value by its architecture's index in this order.
        targets = targets.stream().sorted().distinct().toList();
    }

    /**
     * Returns the usual layout below a module's root: {@code src/bindings/select}, {@code src/bindings/model/linux.tsv}
     * and {@code src/generated/java}; package and architectures are read from {@code src/bindings/settings.txt}.
     */
    public static Settings of(Path root) {
        Path file = root.resolve("src/bindings/settings.txt");
        String packageName = "bindings";
        String regenerate = "change the selection and generate again.";
        List<Target> targets = List.of();
        for (String line : lines(file)) {
            String[] words = line.replaceFirst("#.*", "").trim().split("\\s+", 2);
            if (words.length == 1 && !words[0].isEmpty()) {
                throw new BindgenException(file + ": `" + words[0] + "` needs an argument");
            }
            switch (words[0]) {
                case "" -> {}
                case "package" -> packageName = words[1];
                case "architectures" ->
                    targets = Arrays.stream(words[1].split("\\s+"))
                            .map(Target::of)
                            .toList();
                case "regenerate" -> regenerate = words[1];
                default ->
                    throw new BindgenException(
                            file + ": " + words[0] + " is not one of package, architectures, regenerate");
            }
        }
        return new Settings(
                root.resolve("src/bindings/select"),
                root.resolve("src/bindings/model/linux.tsv"),
                root.resolve("src/generated/java"),
                packageName,
                targets,
                regenerate);
    }

    /** Returns these settings for the architectures of these ids; unchanged if there are none. */
    public Settings withTargets(List<String> ids) {
        return ids.isEmpty()
                ? this
                : new Settings(
                        selections,
                        model,
                        sources,
                        packageName,
                        ids.stream().map(Target::of).toList(),
                        regenerate);
    }

    /** Returns these settings with another package; unchanged if {@code name} is null. */
    public Settings withPackage(String name) {
        return name == null ? this : new Settings(selections, model, sources, name, targets, regenerate);
    }

    /**
     * Returns these settings with other places; a place that is null is unchanged.
     *
     * @param select a directory of selections, or one selection
     * @param modelFile the facts, as text
     * @param out the root of the generated Java
     */
    public Settings withPlaces(Path select, Path modelFile, Path out) {
        return new Settings(
                select == null ? selections : select,
                modelFile == null ? model : modelFile,
                out == null ? sources : out,
                packageName,
                targets,
                regenerate);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
