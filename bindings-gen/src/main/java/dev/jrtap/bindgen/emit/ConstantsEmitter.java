// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.model.Constant;
import java.util.Collection;
import javax.lang.model.element.Modifier;

/** One class of numbers for a header. */
final class ConstantsEmitter {

    private static final long LARGEST_DECIMAL = 4096;

    private ConstantsEmitter() {}

    static TypeSpec emit(String className, String header, Collection<Constant> constants) {
        TypeSpec.Builder type = TypeSpec.classBuilder(className)
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc("Constants of {@code $L}.\n", header);
        for (Constant constant : constants) {
            type.addField(FieldSpec.builder(
                            constant.isWide() ? TypeName.LONG : TypeName.INT,
                            constant.name(),
                            Modifier.PUBLIC,
                            Modifier.STATIC,
                            Modifier.FINAL)
                    .addJavadoc("{@code $L}, $L:$L\n", constant.type(), constant.header(), constant.line())
                    .initializer("$L", literal(constant))
                    .build());
        }
        return type.addMethod(privateConstructor()).build();
    }

    static MethodSpec privateConstructor() {
        return MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build();
    }

    private static String literal(Constant constant) {
        long value = constant.value();
        if (constant.isWide()) {
            return Math.abs(value) < LARGEST_DECIMAL ? value + "L" : "0x" + Long.toHexString(value) + "L";
        }
        int bits = (int) value;
        return Math.abs((long) bits) < LARGEST_DECIMAL ? Integer.toString(bits) : "0x" + Integer.toHexString(bits);
    }
}
