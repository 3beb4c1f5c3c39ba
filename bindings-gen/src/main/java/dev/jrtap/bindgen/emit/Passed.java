// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How a parameter or a result is passed.
 *
 * @param stub the type that jnr-ffi is told
 * @param annotations what else it is told
 * @param call the type that callers see
 * @param conversion from the one expression to the other: of a parameter, from the caller's; of a result, from
 *     jnr-ffi's
 */
record Passed(TypeName stub, List<AnnotationSpec> annotations, TypeName call, UnaryOperator<CodeBlock> conversion) {

    static Passed plain(TypeName type, AnnotationSpec... annotations) {
        return new Passed(type, List.of(annotations), type, UnaryOperator.identity());
    }

    Passed with(List<AnnotationSpec> more) {
        return new Passed(stub, more, call, conversion);
    }
}
