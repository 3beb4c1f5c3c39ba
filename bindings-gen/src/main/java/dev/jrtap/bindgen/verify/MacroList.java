// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.header.UniversalNames;
import dev.jrtap.bindgen.model.Model;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The object-like macros in headers, according to a compiler's own preprocessor. */
final class MacroList {

    private static final Pattern LINE = Pattern.compile("# \\d+ \"(.*?)\".*|#define ([^\\s(]+)([ (].*)?|#undef (\\S+)");

    private final Compiler compiler;
    private final String standard;
    private final Scope scope;
    private final List<String> headers;
    private final Map<String, String> bodies = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> files = new HashSet<>();

    MacroList(Compiler compiler, String standard, Scope scope, List<String> headers) {
        this.compiler = compiler;
        this.standard = standard;
        this.scope = scope;
        this.headers = headers;
    }

    /** Reads the list. Returns the compiler's message if it cannot read the headers, otherwise an empty text. */
    String read(Path directory) throws IOException {
        Path file = directory.resolve("macros.c");
        Files.writeString(file, headers.stream().map(ProofSource::include).collect(Collectors.joining("\n", "", "\n")));
        Compiler.Result result = compiler.compile(
                standard,
                List.of("-E", "-dD", "-o", directory.resolve("macros.i").toString(), file.toString()));
        if (result.status() != 0) {
            return CompilerProof.firstError(result.output(), file);
        }
        String output = new String(Files.readAllBytes(directory.resolve("macros.i")), StandardCharsets.UTF_8);
        read(UniversalNames.replaced(output));
        return "";
    }

    private void read(String output) {
        String in = "";
        for (String text : output.split("\n")) {
            Matcher line = LINE.matcher(text);
            if (!line.matches()) {
                continue;
            }
            if (line.group(1) != null) {
                in = line.group(1);
                files.add(in);
            } else if (line.group(4) != null) {
                bodies.remove(line.group(4));
                names.remove(line.group(4));
            } else {
                String body = line.group(3) == null ? "" : line.group(3);
                names.add(line.group(2));
                bodies.remove(line.group(2));
                if (!body.matches(".*__(LINE|COUNTER|INCLUDE_LEVEL)__.*")
                        && !body.startsWith("(")
                        && !body.isBlank()
                        && scope.hasFile(in)) {
                    bodies.put(line.group(2), body.trim());
                }
            }
        }
    }

    /** Returns the names of all macros that are defined at the end. */
    Set<String> names() {
        return names;
    }

    /** Returns macros that the compiler accepts as integer constants and that the model lacks. */
    List<String> missed(Model model, Path file) throws IOException {
        List<String> asked = bodies.entrySet().stream()
                .filter(macro -> isBalanced(macro.getValue()))
                .map(Map.Entry::getKey)
                .filter(name -> !model.constants().containsKey(name))
                .toList();
        // The compiler reports an undeclared name only once, so macros that seem to be accepted are tried again without
        // the others.
        for (List<String> before = List.of(); !asked.equals(before); ) {
            before = asked;
            asked = constant(asked, file.resolveSibling("missed.c"));
        }
        return asked;
    }

    private List<String> constant(List<String> asked, Path source) throws IOException {
        if (asked.isEmpty()) {
            return asked;
        }
        StringBuilder text = new StringBuilder();
        headers.forEach(header -> text.append(ProofSource.include(header)).append('\n'));
        text.append("#define JRTAP_INTEGER(x) _Generic((x)");
        ProofSource.INTEGERS.forEach(type -> text.append(", ").append(type).append(": 1"));
        text.append(", default: -1) * ((x) == 0 ? 1 : 2)\n");
        for (int i = 0; i < asked.size(); i++) {
            text.append("char jrtap_")
                    .append(i)
                    .append("[JRTAP_INTEGER(")
                    .append(asked.get(i))
                    .append(")];\n");
        }
        Files.writeString(source, text);
        String output = compiler.compile(standard, List.of("-fsyntax-only", source.toString()))
                .output();
        Set<Integer> refused = new HashSet<>();
        Matcher error = Pattern.compile("(?m)^" + Pattern.quote(source.toString()) + ":(\\d+):\\d+: error")
                .matcher(output);
        while (error.find()) {
            refused.add(Integer.parseInt(error.group(1)));
        }
        List<String> passed = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            if (!refused.contains(headers.size() + 2 + i)) {
                passed.add(asked.get(i));
            }
        }
        return passed;
    }

    /** Returns whether brackets are balanced; otherwise the macro would spoil the next question. */
    private static boolean isBalanced(String body) {
        int depth = 0;
        for (char c : body.toCharArray()) {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth < 0 || c == '{' || c == ';') {
                return false;
            }
        }
        return depth == 0;
    }
}
