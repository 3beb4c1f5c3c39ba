// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares functions: the register contents of the result and of each parameter, from the types of pointers to
 * functions that the generated program declares; and the set of functions, from gcc's list of prototypes ({@code
 * -aux-info}).
 */
final class PrototypeProof {

    /** Prefix of the pointers' names. */
    static final String POINTER = "jrtap_function_";

    private static final Pattern PROTOTYPE =
            Pattern.compile("/\\* (.*):\\d+:\\w+ \\*/ extern .*?([^\\s*(]+) \\((?!\\*).*");
    private static final int FLOAT = 4;
    private static final Set<Integer> SIGNED = Set.of(5, 6, 0x0d);

    private final Dwarf dwarf;
    private final Scope scope;
    private final Model model;
    private final Tally tally;

    PrototypeProof(Dwarf dwarf, Scope scope, Model model, Tally tally) {
        this.dwarf = dwarf;
        this.scope = scope;
        this.model = model;
        this.tally = tally;
    }

    /** Compares the functions; {@code list} is the file of prototypes. */
    void run(Path list) throws IOException {
        for (Dwarf.Entry entry : dwarf.topLevel()) {
            if (entry.tag() == Dwarf.VARIABLE && entry.name().startsWith(POINTER)) {
                String name = entry.name().substring(POINTER.length());
                Dwarf.Entry signature = dwarf.type(dwarf.type(entry));
                while (signature.tag() == Dwarf.TYPEDEF) {
                    signature = dwarf.type(signature);
                }
                tally.compare(
                        Tally.Kind.PROTOTYPE,
                        name,
                        ours(model.functions().get(name).first()),
                        theirs(signature));
            }
        }
        Set<String> known = new HashSet<>(model.functions().keySet());
        for (String line : Files.readAllLines(list)) {
            Matcher prototype = PROTOTYPE.matcher(line);
            if (prototype.matches() && scope.hasFile(prototype.group(1)) && known.add(prototype.group(2))) {
                tally.missed(model, Tally.Kind.PROTOTYPE, prototype.group(2));
            }
        }
    }

    private static List<String> ours(Function function) {
        List<String> all = new ArrayList<>(List.of(ours(function.result())));
        function.parameters().forEach(parameter -> all.add(ours(parameter.type())));
        return all;
    }

    private static String ours(Function.Type type) {
        if (type.isVoid()) {
            return "void";
        }
        Shape shape = type.shape();
        String kind = switch (shape.kind()) {
            case SIGNED -> "signed ";
            case UNSIGNED, NETWORK, BOOL -> "unsigned ";
            case REAL -> "real ";
            case POINTER -> "pointer ";
            case STRUCT -> "struct ";
        };
        return kind + shape.bytes();
    }

    private List<String> theirs(Dwarf.Entry signature) {
        List<String> all = new ArrayList<>(List.of(kind(dwarf.type(signature))));
        for (Dwarf.Entry child : signature.children()) {
            if (child.tag() == Dwarf.PARAMETER) {
                all.add(kind(dwarf.type(child)));
            }
        }
        return all;
    }

    private String kind(Dwarf.Entry type) {
        if (type == null) {
            return "void";
        }
        long bytes = type.number(Dwarf.BYTE_SIZE, 0);
        return switch (type.tag()) {
            case Dwarf.POINTER -> "pointer " + bytes;
            // A va_list is passed by its address on every target.
            case Dwarf.STRUCTURE -> type.name().startsWith("__va_list") ? "pointer 8" : "struct " + bytes;
            // A union of pointers is passed like a pointer.
            case Dwarf.UNION -> (bytes == Long.BYTES ? "pointer " : "struct ") + bytes;
            case Dwarf.ENUMERATION -> kind(dwarf.type(type));
            case Dwarf.BASE -> number(type, bytes);
            default -> dwarf.type(type) == null ? "void" : kind(dwarf.type(type));
        };
    }

    /** Returns the kind of a number; a plain char counts as signed, as in a model. */
    private static String number(Dwarf.Entry type, long bytes) {
        int encoding = (int) type.number(Dwarf.ENCODING, 0);
        boolean signed = SIGNED.contains(encoding) || type.name().equals("char");
        return (encoding == FLOAT ? "real " : signed ? "signed " : "unsigned ") + bytes;
    }

    /** Returns the lines of C that declare the pointers. */
    static Map<String, String> declarations(Model model) {
        Map<String, String> lines = new TreeMap<>();
        model.functions()
                .keySet()
                .forEach(name -> lines.put(name, "__typeof__(" + name + ") *" + POINTER + name + ";"));
        return lines;
    }
}
