// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.model.Struct;
import java.util.ArrayList;
import java.util.List;

/** Lists the members of a struct by the paths that C uses, including those of members whose type has no name. */
final class Fields {

    private final List<Struct.Field> fields = new ArrayList<>();

    private Fields() {}

    static List<Struct.Field> of(CType.Aggregate aggregate) {
        Fields fields = new Fields();
        fields.add("", aggregate, 0);
        return List.copyOf(fields.fields);
    }

    /** Returns the types of all members, including those of anonymous members and of members whose type has no name. */
    static List<CType> types(CType.Aggregate aggregate) {
        List<CType> types = new ArrayList<>();
        for (CType.Member member : aggregate.members()) {
            types.add(member.type());
            if (member.type() instanceof CType.Aggregate inner && inner.tag().isEmpty()) {
                types.addAll(types(inner));
            }
        }
        return types;
    }

    private void add(String prefix, CType.Aggregate aggregate, long base) {
        for (CType.Member member : aggregate.members()) {
            String path = prefix + member.name();
            long offset = base + member.offset();
            if (!member.name().isEmpty()) {
                fields.add(new Struct.Field(
                        path,
                        member.type().toString(),
                        Shapes.of(member.type()),
                        offset,
                        member.bits(),
                        member.line()));
            }
            if (member.type() instanceof CType.Aggregate inner && inner.tag().isEmpty()) {
                add(member.name().isEmpty() ? prefix : path + ".", inner, offset);
            }
        }
    }
}
