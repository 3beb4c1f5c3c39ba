// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The way in which a parameter or a result is passed.
 *
 * @param stub the type that is declared to jnr-ffi
 * @param annotations further declarations to jnr-ffi
 * @param call the type that callers see
 * @param conversion converts an expression: a parameter's from the caller's type, a result's from jnr-ffi's
 */
record Passed(TypeName stub, List<AnnotationSpec> annotations, TypeName call, UnaryOperator<CodeBlock> conversion) {

    static Passed plain(TypeName type, AnnotationSpec... annotations) {
        return new Passed(type, List.of(annotations), type, UnaryOperator.identity());
    }

    Passed with(List<AnnotationSpec> more) {
        return new Passed(stub, more, call, conversion);
    }
}
