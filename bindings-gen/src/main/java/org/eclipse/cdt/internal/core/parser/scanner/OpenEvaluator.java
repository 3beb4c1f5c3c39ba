// SPDX-License-Identifier: Apache-2.0
package org.eclipse.cdt.internal.core.parser.scanner;

/**
 * The parser's evaluator of conditions, which only classes of its package can extend: this one can be extended by any.
 */
public abstract class OpenEvaluator extends ExpressionEvaluator {

    /** An evaluator for one preprocessor. */
    protected OpenEvaluator(CPreprocessor preprocessor) {
        super(preprocessor);
    }
}
