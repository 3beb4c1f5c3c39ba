// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.cdt.internal.core.parser.scanner.FunctionStyleMacro;
import org.eclipse.cdt.internal.core.parser.scanner.PreprocessorMacro;

/**
 * The table of defined macros, which aborts an expansion that does too many look-ups, or that doubles arguments within
 * arguments: forty macros that double each other, or forty nested calls of one, would otherwise not end in reasonable
 * time.
 */
final class CountedMacros extends HashMap<Object, PreprocessorMacro> {

    /** The most identifiers that may be looked up between two tokens of the unexpanded text. */
    private static final int MOST = 1 << 17;

    /** The number of look-ups below which no call is nested deeply enough to matter. */
    private static final int FEW = 8;

    /** The parser's method that expands a call of a macro, and recursively the calls in its arguments. */
    private static final String EXPANSION = "expandOne";

    private static final long serialVersionUID = 1L;

    /** Thrown if an expansion does not end in reasonable time. */
    static final class TooLong extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooLong(String what) {
            super("macros expand to more than " + MOST + " " + what, null, false, false);
        }
    }

    private transient int asked;

    CountedMacros(Map<Object, PreprocessorMacro> macros) {
        super(macros);
    }

    /** Restarts the count. */
    void restart() {
        asked = 0;
    }

    @Override
    public PreprocessorMacro get(Object name) {
        if (++asked > MOST) {
            throw new TooLong("identifiers");
        }
        PreprocessorMacro macro = super.get(name);
        if (asked > FEW && macro instanceof FunctionStyleMacro called) {
            refuseDoubling(called);
        }
        return macro;
    }

    /** Throws if a macro uses an argument more than once in deeply nested calls, because each level multiplies it. */
    private static void refuseDoubling(FunctionStyleMacro macro) {
        String text = new String(macro.getExpansion());
        long uses = 0;
        for (char[] parameter : macro.getParameterList()) {
            uses = Math.max(
                    uses,
                    Pattern.compile("\\b" + Pattern.quote(new String(parameter)) + "\\b")
                            .matcher(text)
                            .results()
                            .count());
        }
        if (uses > 1 && Math.pow((double) uses, (double) depth()) > MOST) {
            throw new TooLong("tokens");
        }
    }

    /** Returns the depth of nested calls of macros around the current look-up. */
    private static long depth() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getMethodName().equals(EXPANSION))
                        .count());
    }

    @Override
    public PreprocessorMacro put(Object name, PreprocessorMacro macro) {
        // Thousands of definitions may stand between two tokens.
        asked = 0;
        return super.put(name, macro);
    }
}
