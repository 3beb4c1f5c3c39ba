// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import javax.lang.model.element.Modifier;

/**
 * Emits a class for pointers to a struct that only the library knows, so that pointers to different structs have
 * different types.
 */
final class HandleEmitter {

    private HandleEmitter() {}

    static void emit(Output output, String tag, ClassName name) {
        output.add(TypeSpec.classBuilder(name)
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .superclass(output.runtime("Handle"))
                .addJavadoc("A pointer to {@code $L}, whose members only the library knows.\n", tag)
                .addMethod(MethodSpec.constructorBuilder()
                        .addModifiers(Modifier.PRIVATE)
                        .addParameter(Passing.POINTER, "pointer")
                        .addStatement("super(pointer)")
                        .build())
                .addMethod(MethodSpec.methodBuilder("of")
                        .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                        .returns(name)
                        .addParameter(Passing.POINTER, "pointer")
                        .addJavadoc("Returns a handle for the pointer; {@code null} for C's NULL.\n")
                        .addStatement("return pointer == null || pointer.address() == 0 ? null : new $T(pointer)", name)
                        .build())
                .build());
    }
}
