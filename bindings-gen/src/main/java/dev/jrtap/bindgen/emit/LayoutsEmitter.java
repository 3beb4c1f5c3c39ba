// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.model.Variants;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Emits a class that compares the layouts of the bindings with those of the running kernel. */
final class LayoutsEmitter {

    private LayoutsEmitter() {}

    /** Adds the class, without layouts that differ between architectures, because the kernel knows its own only. */
    static void emit(Output output, List<Variants<Struct>> structs) {
        ClassName btf = output.runtime("Btf");
        ClassName check = output.runtime("LayoutCheck");
        CodeBlock.Builder code = CodeBlock.builder().addStatement("$T check = new $T(kernel)", check, check);
        for (Variants<Struct> variants : structs) {
            if (!variants.isCommonTo(output.model().architectures())) {
                continue;
            }
            Struct struct = variants.first();
            code.add("check.struct($S, $L)", struct.name(), struct.size());
            for (Struct.Field field : struct.fields()) {
                code.add("\n.member($S, $L, $L)", field.path(), field.offset(), Math.max(0, field.bits()));
            }
            code.add(";\n");
        }
        output.add(TypeSpec.classBuilder("Layouts")
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc("The layouts that these bindings use, to be checked against a kernel's own.\n")
                .addMethod(Output.privateConstructor())
                .addMethod(MethodSpec.methodBuilder("differences")
                        .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                        .returns(ParameterizedTypeName.get(List.class, String.class))
                        .addParameter(btf, "kernel")
                        .addJavadoc(
                                "Returns a sentence for each member that has another offset in this kernel. A member that the"
                                        + " kernel lacks is not a difference.\n")
                        .addCode(code.addStatement("return check.differences()").build())
                        .build())
                .build());
    }
}
