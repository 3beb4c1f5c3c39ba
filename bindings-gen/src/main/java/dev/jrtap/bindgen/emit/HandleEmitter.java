// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import javax.lang.model.element.Modifier;

/**
 * A class for pointers to a struct that only the library knows, so that two kinds of them cannot be taken for each
 * other.
 */
final class HandleEmitter {

    private HandleEmitter() {}

    static void emit(Output output, String tag, ClassName name) {
        output.add(TypeSpec.classBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .superclass(output.runtime("Handle"))
                .addJavadoc("A pointer to {@code $L}, whose members are the library's own affair.\n", tag)
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameter(Passing.POINTER, "pointer")
                        .addStatement("super(pointer)")
                        .build())
                .addMethod(MethodSpec.methodBuilder("of")
                        .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                        .returns(name)
                        .addParameter(Passing.POINTER, "pointer")
                        .addJavadoc("Returns the pointer with its type; {@code null} for C's NULL.\n")
                        .addStatement("return pointer == null || pointer.address() == 0 ? null : new $T(pointer)", name)
                        .build())
                .build());
    }
}
