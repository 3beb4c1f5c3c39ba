// SPDX-License-Identifier: Apache-2.0
package org.eclipse.cdt.internal.core.parser.scanner;

/**
 * A subclass of the parser's evaluator of conditions, which only classes of its package can extend, that any class can
 * extend.
 */
public abstract class OpenEvaluator extends ExpressionEvaluator {

    /** Makes an evaluator for one preprocessor. */
    protected OpenEvaluator(CPreprocessor preprocessor) {
        super(preprocessor);
    }
}
