// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.lang.reflect.Field;
import java.util.Map;
import org.eclipse.cdt.core.parser.util.CharArrayMap;
import org.eclipse.cdt.internal.core.parser.scanner.CPreprocessor;
import org.eclipse.cdt.internal.core.parser.scanner.ExpressionEvaluator;
import org.eclipse.cdt.internal.core.parser.scanner.PreprocessorMacro;

/** Access to private fields of the parser's preprocessor, for the one version that the build uses. */
final class Interior {

    private static final Field EVALUATOR = field(CPreprocessor.class, "fExpressionEvaluator");
    private static final Field MACROS = field(CPreprocessor.class, "fMacroDictionary");
    private static final Field TABLE = field(CharArrayMap.class, "map");

    private Interior() {}

    private static Field field(Class<?> owner, String name) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("the version of the parser differs from the build's", e);
        }
    }

    /** Replaces the evaluator of conditions in a preprocessor. */
    static void evaluate(CPreprocessor preprocessor, ExpressionEvaluator evaluator) {
        try {
            EVALUATOR.set(preprocessor, evaluator);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a preprocessor count its look-ups of macros. */
    @SuppressWarnings("unchecked")
    static CountedMacros count(CPreprocessor preprocessor) {
        try {
            Object macros = MACROS.get(preprocessor);
            CountedMacros counted = new CountedMacros((Map<Object, PreprocessorMacro>) TABLE.get(macros));
            TABLE.set(macros, counted);
            return counted;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns the table of defined macros itself, so that macros common to all units can be added without being parsed
     * again.
     */
    @SuppressWarnings("unchecked")
    static CharArrayMap<PreprocessorMacro> macros(CPreprocessor preprocessor) {
        try {
            return (CharArrayMap<PreprocessorMacro>) MACROS.get(preprocessor);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
