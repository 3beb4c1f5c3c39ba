// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.Collection;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.eclipse.cdt.core.dom.ast.IMacroBinding;

/**
 * Lines of C after the headers that make the parser expand and parse the bodies of macros, which it otherwise keeps as
 * text.
 *
 * <p>Each body is the initializer of a declaration of its own. A body that is not an expression spoils only that
 * declaration: {@link Dialect} finds its end, and the parser recovers there.
 */
final class Probes {

    static final String MACRO = "__jrtap_macro_";
    static final String FUNCTION = "__jrtap_function_";
    static final String PARAMETER = "__jrtap_parameter_";

    /** The suffix of a parameter's name. */
    static final String END = "_";

    private final StringBuilder text = new StringBuilder();

    Probes(Collection<? extends IMacroBinding> macros, Predefined predefined, Predicate<String> wanted) {
        for (IMacroBinding macro : macros) {
            if (!macro.isDynamic() && !predefined.has(macro) && macro.getExpansion().length > 0) {
                String name = macro.getName();
                if (wanted.test(name)) {
                    add(name, macro);
                }
            }
        }
    }

    private void add(String name, IMacroBinding macro) {
        if (!macro.isFunctionStyle()) {
            line(MACRO + name, name);
            return;
        }
        StringJoiner call = new StringJoiner(", ", name + "(", ")");
        for (int i = 0; i < macro.getParameterList().length; i++) {
            // Pasting something to it makes it another name.
            call.add(PARAMETER + i + END);
        }
        line(FUNCTION + name, call.toString());
    }

    private void line(String probe, String expression) {
        text.append("static long ")
                .append(probe)
                .append(" = (")
                .append(expression)
                .append(") ")
                .append(Dialect.END_OF_PROBE)
                .append(";\n");
    }

    String text() {
        return text.toString();
    }
}
