// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.BindgenException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is wanted of one header.
 *
 * @param file where this selection stands, for messages
 * @param includes headers to be included before it, which it should include itself and does not
 * @param header name as in {@code #include}, or a file beside the selection that begins with {@code ./}
 * @param className the Java class of the constants
 * @param constants names, or patterns with {@code *}, which match what the header itself defines
 * @param structs tags of structs and unions
 * @param renames from {@code tag.member.path} to the Java name of its offset
 * @param functions whether the header's functions are wanted
 */
public record Selection(
        Path file,
        List<String> includes,
        String header,
        String className,
        List<String> constants,
        List<String> structs,
        Map<String, String> renames,
        boolean functions) {

    /** All selections of a directory, by file name. */
    public static List<Selection> readAll(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .map(Selection::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Selection read(Path file) {
        List<String> includes = new ArrayList<>();
        List<String> constants = new ArrayList<>();
        List<String> structs = new ArrayList<>();
        Map<String, String> renames = new HashMap<>();
        String[] headerAndClass = new String[2];
        boolean functions = false;
        int number = 0;
        for (String line : lines(file)) {
            number++;
            String[] words = line.replaceFirst("#.*", "").trim().split("\\s+");
            List<String> arguments = List.of(words).subList(1, words.length);
            switch (words[0]) {
                case "" -> {}
                case "include" -> includes.addAll(arguments);
                case "header" -> headerAndClass[0] = arguments.get(0);
                case "class" -> headerAndClass[1] = arguments.get(0);
                case "constants" -> constants.addAll(arguments);
                case "structs" -> structs.addAll(arguments);
                case "rename" -> renames.put(arguments.get(0), arguments.get(1));
                case "functions" -> functions = true;
                default ->
                    throw new BindgenException(file + ":" + number + ": " + words[0]
                            + " is none of include, header, class, constants, structs, rename, functions");
            }
        }
        if (headerAndClass[0] == null || headerAndClass[1] == null) {
            throw new BindgenException(file + ": a selection needs a header and a class");
        }
        return new Selection(
                file, includes, headerAndClass[0], headerAndClass[1], constants, structs, renames, functions);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the parser shall include, in order: names, or the path of a file beside the selection. */
    public List<String> inclusions() {
        List<String> all = new ArrayList<>(includes);
        all.add(
                header.startsWith("./")
                        ? file.resolveSibling(header).normalize().toString()
                        : header);
        return all;
    }
}
