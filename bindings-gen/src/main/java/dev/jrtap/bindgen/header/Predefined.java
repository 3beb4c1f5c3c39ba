// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.cdt.core.dom.ast.IMacroBinding;
import org.eclipse.cdt.core.parser.util.CharArrayMap;
import org.eclipse.cdt.internal.core.parser.scanner.CPreprocessor;
import org.eclipse.cdt.internal.core.parser.scanner.MacroDefinitionParser;
import org.eclipse.cdt.internal.core.parser.scanner.PreprocessorMacro;

/**
 * The macros that are defined before the first line: those of {@code predefined.h} for a target, and the user's.
 *
 * <p>That file is read once, not with each unit, so it may contain only macros of one line, comments, and sections of
 * {@code #if defined(__jrtap_ARCHITECTURE)}.
 */
final class Predefined {

    /** The word that replaces {@code __has_attribute} and {@code __has_builtin}, and that no header defines. */
    static final String QUESTION = "__jrtap_has";

    private static final String DEFINE = "#define ";

    /** Macros whose value depends on their place are not constants. */
    private static final String[] REMOVED = {"__LINE__", "__FILE__", "__DATE__", "__TIME__", "__COUNTER__"};

    private final Set<IMacroBinding> macros = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, String> defines = new LinkedHashMap<>();

    /**
     * Reads the macros.
     *
     * @param defines the user's macros, by name and parameters
     */
    Predefined(Target target, Map<String, String> defines) {
        this.defines.putAll(defines);
        this.defines.put("__jrtap_" + target.id(), "1");
        boolean meant = true;
        for (String line : text().split("\n")) {
            if (line.startsWith("#if ")) {
                meant = line.equals("#if defined(__jrtap_" + target.id() + ")");
            } else if (line.equals("#else")) {
                meant = !meant;
            } else if (line.equals("#endif")) {
                meant = true;
            } else if (meant && line.startsWith(DEFINE)) {
                macros.add(macro(line.substring(DEFINE.length())));
            }
        }
    }

    private static PreprocessorMacro macro(String definition) {
        int name = 0;
        while (name < definition.length() && Character.isJavaIdentifierPart(definition.charAt(name))) {
            name++;
        }
        char[][] parameters = null;
        int end = name;
        if (definition.startsWith("(", name)) {
            end = definition.indexOf(')') + 1;
            String[] names = definition.substring(name + 1, end - 1).split(", ");
            parameters = new char[names.length][];
            for (int i = 0; i < names.length; i++) {
                parameters[i] = names[i].toCharArray();
            }
        }
        return MacroDefinitionParser.parseMacroDefinition(
                definition.substring(0, name).toCharArray(),
                parameters,
                definition.substring(end).trim().toCharArray());
    }

    private static String text() {
        try (InputStream in = Predefined.class.getResourceAsStream("/dev/jrtap/bindgen/predefined.h")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Defines the macros in a preprocessor that has not read a token yet. */
    void define(CPreprocessor preprocessor) {
        CharArrayMap<PreprocessorMacro> table = Interior.macros(preprocessor);
        for (String name : REMOVED) {
            table.remove(name.toCharArray());
        }
        for (IMacroBinding macro : macros) {
            table.put(macro.getNameCharArray(), (PreprocessorMacro) macro);
        }
        defines.forEach((name, text) -> preprocessor.addMacroDefinition(name.toCharArray(), text.toCharArray()));
    }

    /** Returns whether a macro is the one of {@code predefined.h}, which no header has redefined. */
    boolean has(IMacroBinding macro) {
        return macros.contains(macro);
    }
}
