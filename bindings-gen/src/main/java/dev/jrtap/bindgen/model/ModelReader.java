// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import dev.jrtap.bindgen.BindgenException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the text that {@link ModelText} writes. */
public final class ModelReader {

    private final Model model;
    /** The struct that the next fields belong to. */
    private List<Struct.Field> fields;

    private ModelReader(Model model) {
        this.model = model;
    }

    /** Returns the model; {@code name} is for error messages. */
    public static Model read(String name, List<String> lines) {
        if (lines.size() < 2
                || !lines.get(0).startsWith(ModelText.SOURCE)
                || !lines.get(1).startsWith(ModelText.ARCHITECTURES)) {
            throw new BindgenException(name + ":1: a model begins with \"" + ModelText.SOURCE.trim() + "\" and \""
                    + ModelText.ARCHITECTURES.trim() + "\"");
        }
        Plain.text(name + ":1", lines.get(0).substring(ModelText.SOURCE.length()));
        Plain.text(name + ":2", lines.get(1).substring(ModelText.ARCHITECTURES.length()));
        ModelReader reader = new ModelReader(Model.empty(
                lines.get(0).substring(ModelText.SOURCE.length()),
                List.of(lines.get(1).substring(ModelText.ARCHITECTURES.length()).split(","))));
        for (int i = 2; i < lines.size(); i++) {
            try {
                reader.read(lines.get(i).split("\t", -1));
            } catch (BindgenException e) {
                throw new BindgenException(name + ":" + (i + 1) + ": " + e.getMessage(), e);
            } catch (RuntimeException e) {
                throw new BindgenException(name + ":" + (i + 1) + ": no fact: " + lines.get(i), e);
            }
        }
        return reader.model;
    }

    private void read(String[] c) {
        if (c[0].startsWith("#")) {
            return;
        }
        String header = Plain.text("a header's name", c[c.length - 2]);
        check(c);
        int line = Integer.parseInt(c[c.length - 1]);
        switch (c[0]) {
            case "constant" ->
                put(
                        c,
                        model.constants(),
                        new Constant(
                                header,
                                line,
                                c[3],
                                c[4],
                                ModelText.value(c[5]),
                                ModelText.radix(c[5]),
                                c[6].equals("-") ? "" : c[6]));
            case "real" -> put(c, model.reals(), new Real(header, line, c[3], c[4], Double.parseDouble(c[5])));
            case "text" -> put(c, model.texts(), text(header, line, c[3], c[4]));
            case "macro" ->
                put(
                        c,
                        model.macros(),
                        new Macro(
                                header,
                                line,
                                c[3],
                                c[4].isEmpty() ? List.of() : List.of(c[4].split(",")),
                                Plain.expression(c[5], c[4].isEmpty() ? List.of() : List.of(c[4].split(","))),
                                List.of()));
            case "struct" -> struct(c, header, line);
            case "field" -> field(c, line);
            case "function" ->
                put(
                        c,
                        model.functions(),
                        new Function(
                                header,
                                line,
                                c[3],
                                symbol(c[3], c[4]),
                                c[4].equals("direct"),
                                type(c[5]),
                                parameters(c[6])));
            case "library" -> model.libraries().put(c[3], c[4]);
            case "callback" ->
                put(c, model.callbacks(), new Function(header, line, c[3], c[3], false, type(c[4]), parameters(c[5])));
            default -> throw new IllegalArgumentException(c[0]);
        }
    }

    /**
     * Checks that names are Java names, and that nothing else can become code. A text needs no check, because it is
     * written as a literal.
     */
    private static void check(String[] c) {
        boolean isText = c[0].equals("text");
        if (!c[0].equals("callback") && !c[0].equals("library")) {
            Plain.name("a " + c[0], isText ? c[3].replaceFirst(":[024]$", "") : c[3]);
        }
        if (c[0].equals("macro")) {
            List.of(c[4].split(",")).stream()
                    .filter(name -> !name.isEmpty())
                    .forEach(name -> Plain.name("a parameter", name));
        }
        for (int i = 1; i < c.length && !isText; i++) {
            Plain.text("a column", c[i]);
        }
    }

    private <F extends Fact> void put(String[] c, Map<String, Variants<F>> into, F fact) {
        List<String> architectures = c[1].equals("*") ? model.architectures() : List.of(c[1].split(","));
        into.merge(fact.name(), new Variants<>(List.of(new Variants.Variant<>(architectures, fact))), (a, b) -> {
            List<Variants.Variant<F>> all = new ArrayList<>(a.all());
            all.addAll(b.all());
            return new Variants<>(List.copyOf(all));
        });
        seen(c[2], fact instanceof Struct ? Model.structKey(fact.name()) : fact.name());
    }

    private void seen(String version, String key) {
        if (!version.equals("-")) {
            model.firstSeen().put(key, version);
        }
    }

    private void struct(String[] c, String header, int line) {
        fields = new ArrayList<>();
        boolean tagged = !c[4].startsWith(ModelText.TYPEDEF);
        String keyword = tagged ? c[4] : c[4].substring(ModelText.TYPEDEF.length());
        if (!keyword.equals("struct") && !keyword.equals("union")) {
            throw new BindgenException("neither a struct nor a union: " + c[4]);
        }
        put(
                c,
                model.structs(),
                new Struct(header, line, keyword, c[3], tagged, Long.parseLong(c[5]), Integer.parseInt(c[6]), fields));
    }

    private void field(String[] c, int line) {
        String[] bits = c[8].split(":");
        long offset = Long.parseLong(c[7]) * 8 + (bits.length == 2 ? Long.parseLong(bits[0]) : 0);
        int width = bits.length == 2 ? Integer.parseInt(bits[1]) : -1;
        fields.add(new Struct.Field(c[4], c[5], Shape.parse(c[6]), offset, width, line));
        seen(c[2], Model.fieldKey(c[3], c[4]));
    }

    private static Text text(String header, int line, String name, String value) {
        int colon = name.indexOf(':');
        return new Text(
                header,
                line,
                colon < 0 ? name : name.substring(0, colon),
                ModelText.unescaped(value),
                colon < 0 ? 1 : Integer.parseInt(name.substring(colon + 1)));
    }

    private static String symbol(String name, String kind) {
        return kind.startsWith("libc=") ? kind.substring("libc=".length()) : name;
    }

    private static Function.Type type(String text) {
        if (text.equals("void")) {
            return new Function.Type("void", null);
        }
        int bar = text.indexOf('|');
        return new Function.Type(text.substring(bar + 1), Shape.parse(text.substring(0, bar)));
    }

    private static List<Function.Parameter> parameters(String text) {
        List<Function.Parameter> parameters = new ArrayList<>();
        for (String parameter : text.isEmpty() ? new String[0] : text.split("; ")) {
            int name = parameter.lastIndexOf('|');
            parameters.add(new Function.Parameter(parameter.substring(name + 1), type(parameter.substring(0, name))));
        }
        return parameters;
    }
}
