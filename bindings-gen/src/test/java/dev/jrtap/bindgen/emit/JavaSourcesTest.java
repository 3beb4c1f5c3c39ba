// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.select.Selection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JavaSourcesTest {

    private static final String LIBC = "dev/jrtap/bindings/Libc.java";
    private static final String LIBC6 = "dev/jrtap/bindings/Libc6.java";

    @Test
    void keepsSixArgumentsOffTheStub() {
        SortedMap<String, String> files = emit(List.of(function("five", 5), function("six", 6)), Map.of());

        assertThat(files.get(LIBC)).contains("five(").doesNotContain("six(").doesNotContain("NoX86");
        assertThat(files.get(LIBC6)).contains("@NoX86").contains("six(").doesNotContain("five(");
    }

    @Test
    void refusesSevenArguments() {
        assertThatThrownBy(() -> emit(List.of(function("seven", 7)), Map.of()))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("seven has 7 arguments");
    }

    @Test
    void refusesTwoMembersOfOneName() {
        assertThatThrownBy(() -> emit(List.of(), Map.of()))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("rename clash.A_b NAME");
    }

    private static Function function(String name, int parameters) {
        List<Function.Parameter> list = new ArrayList<>();
        for (int i = 0; i < parameters; i++) {
            list.add(new Function.Parameter("p" + i, true));
        }
        return new Function(name, false, false, list);
    }

    private static SortedMap<String, String> emit(List<Function> functions, Map<String, String> renames) {
        Model model = new Model("test", new TreeMap<>(), new TreeMap<>(), functions);
        model.structs()
                .put(
                        "clash",
                        new Struct(
                                "h.h",
                                1,
                                "struct",
                                "clash",
                                8,
                                4,
                                List.of(new Struct.Field("a.b", "int", 0, 2), new Struct.Field("A_b", "int", 4, 3))));
        List<String> structs = functions.isEmpty() ? List.of("clash") : List.of();
        return JavaSources.emit(
                model,
                List.of(new Selection(Path.of("s.txt"), List.of(), "h.h", "H", List.of(), structs, renames, true)));
    }
}
