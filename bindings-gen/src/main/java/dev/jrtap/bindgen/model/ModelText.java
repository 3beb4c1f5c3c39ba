// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import dev.jrtap.bindgen.BindgenException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The model as sorted, tab-separated lines, so that a change of a header shows as a readable difference.
 *
 * <p>The second column names the architecture a fact holds for; {@code *} is all that were read.
 */
public final class ModelText {

    private static final String SOURCE = "# source\t";

    private ModelText() {}

    public static String write(Model model) {
        StringBuilder text = new StringBuilder(SOURCE).append(model.source()).append('\n');
        text.append("# constant arch name type value header line\n");
        text.append(
                "# struct arch tag keyword size align header line, then its fields: field arch tag path type offset line\n");
        text.append("# function arch name result kind parameters\n");
        model.constants()
                .values()
                .forEach(c -> line(text, "constant", "*", c.name(), c.type(), c.value(), c.header(), c.line()));
        for (Struct s : model.structs().values()) {
            line(text, "struct", "*", s.tag(), s.keyword(), s.size(), s.align(), s.header(), s.line());
            s.fields().forEach(f -> line(text, "field", "*", s.tag(), f.path(), f.type(), f.offset(), f.line()));
        }
        for (Function f : model.functions()) {
            String parameters = f.parameters().stream()
                    .map(p -> width(p.isLong()) + " " + p.name())
                    .collect(Collectors.joining(", "));
            line(text, "function", "*", f.name(), width(f.returnsLong()), f.direct() ? "direct" : "libc", parameters);
        }
        return text.toString();
    }

    private static String width(boolean isLong) {
        return isLong ? "long" : "int";
    }

    private static void line(StringBuilder text, Object... columns) {
        for (int i = 0; i < columns.length; i++) {
            text.append(i == 0 ? "" : "\t").append(columns[i]);
        }
        text.append('\n');
    }

    /** A line of the model without the header and the line that the fact stands in. */
    public static String withoutPlace(String line) {
        String kind = line.substring(0, Math.max(0, line.indexOf('\t')));
        return switch (kind) {
            case "constant", "struct" -> line.replaceFirst("\t[^\t]*\t\\d+$", "");
            case "field" -> line.replaceFirst("\t\\d+$", "");
            default -> line;
        };
    }

    /** Reads what {@link #write} wrote; {@code name} is for error messages. */
    public static Model read(String name, List<String> lines) {
        if (lines.isEmpty() || !lines.get(0).startsWith(SOURCE)) {
            throw new BindgenException(name + ":1: a model begins with \"" + SOURCE.trim() + "\"");
        }
        SortedMap<String, Constant> constants = new TreeMap<>();
        SortedMap<String, Struct> structs = new TreeMap<>();
        List<Function> functions = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String[] columns = lines.get(i).split("\t", -1);
            try {
                read(columns, constants, structs, functions);
            } catch (RuntimeException e) {
                throw new BindgenException(name + ":" + (i + 1) + ": no fact: " + lines.get(i), e);
            }
        }
        return new Model(lines.get(0).substring(SOURCE.length()), constants, structs, functions);
    }

    private static void read(
            String[] c,
            SortedMap<String, Constant> constants,
            SortedMap<String, Struct> structs,
            List<Function> functions) {
        switch (c[0]) {
            case "constant" ->
                constants.put(c[2], new Constant(c[5], Integer.parseInt(c[6]), c[2], c[3], Long.parseLong(c[4])));
            case "struct" ->
                structs.put(
                        c[2],
                        new Struct(
                                c[6],
                                Integer.parseInt(c[7]),
                                c[3],
                                c[2],
                                Long.parseLong(c[4]),
                                Integer.parseInt(c[5]),
                                new ArrayList<>()));
            case "field" ->
                structs.get(c[2])
                        .fields()
                        .add(new Struct.Field(c[3], c[4], Long.parseLong(c[5]), Integer.parseInt(c[6])));
            case "function" ->
                functions.add(new Function(c[2], c[3].equals("long"), c[4].equals("direct"), parameters(c[5])));
            default -> {
                if (!c[0].startsWith("#")) {
                    throw new IllegalArgumentException(c[0]);
                }
            }
        }
    }

    private static List<Function.Parameter> parameters(String text) {
        List<Function.Parameter> parameters = new ArrayList<>();
        for (String parameter : text.isEmpty() ? new String[0] : text.split(", ")) {
            String[] words = parameter.split(" ");
            parameters.add(new Function.Parameter(words[1], words[0].equals("long")));
        }
        return parameters;
    }
}
