// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Struct;
import java.util.HashMap;
import java.util.Map;
import javax.lang.model.element.Modifier;

/** One class of offsets for a struct or union. */
final class StructEmitter {

    private StructEmitter() {}

    static TypeSpec emit(Struct struct, Map<String, String> renames) {
        TypeSpec.Builder type = TypeSpec.classBuilder(JavaNames.type(struct.tag()))
                .addModifiers(Modifier.PUBLIC, Modifier.FINAL)
                .addJavadoc(
                        "Layout of {@code $L $L}, $L:$L: offsets in bytes.\n",
                        struct.keyword(),
                        struct.tag(),
                        struct.header(),
                        struct.line())
                .addField(number("SIZEOF", struct.size())
                        .addJavadoc("Bytes, tail padding included.\n")
                        .build())
                .addField(
                        number("ALIGNOF", struct.align()).addJavadoc("Bytes.\n").build());
        Map<String, String> taken = new HashMap<>(Map.of("SIZEOF", "sizeof", "ALIGNOF", "alignof"));
        for (Struct.Field field : struct.fields()) {
            String path = struct.tag() + "." + field.path();
            String name = renames.getOrDefault(path, JavaNames.offset(field.path()));
            String other = taken.put(name, field.path());
            if (other != null) {
                throw new BindgenException(struct.header() + ":" + field.line() + ": " + path + " and " + other
                        + " are both " + name + " in Java: add a line `rename " + path + " NAME` to the selection");
            }
            type.addField(number(name, field.offset())
                    .addJavadoc("{@code $L $L}, line $L\n", field.type(), field.path(), field.line())
                    .build());
        }
        return type.addMethod(ConstantsEmitter.privateConstructor()).build();
    }

    private static FieldSpec.Builder number(String name, long value) {
        return FieldSpec.builder(TypeName.INT, name, Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .initializer("$L", value);
    }
}
