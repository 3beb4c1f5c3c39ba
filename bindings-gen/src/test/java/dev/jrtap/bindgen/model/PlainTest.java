// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text from outside never becomes code. */
class PlainTest {

    @ParameterizedTest
    @ValueSource(strings = {"linux/if.h", "a b/c-d+e.h", "int (*)(void *, int)", "struct é[3]"})
    void whatCommentsCanHoldIsTaken(String text) {
        assertThat(Plain.text("it", text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x*/static{}/*", "/*", "\\u002a/", "a\nb", "a\u2028b", "a\rb", "a\u0000"})
    void whatCouldEndACommentIsNot(String text) {
        assertThatThrownBy(() -> Plain.text("it", text))
                .isInstanceOf(BindgenException.class)
                .hasMessageStartingWith("it contains text that could become code");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((x + 3L) & (~3L))",
                "(x != 0 ? 1L : 0L)",
                "Long.divideUnsigned(x, y)",
                "((long) (int) y)",
                "0xffL"
            })
    void anExpressionOfItsParametersIsTaken(String java) {
        assertThat(Plain.expression(java, List.of("x", "y"))).isEqualTo(java);
    }

    @Test
    void anExpressionCanBeLong() {
        String java = "(x + 1L) | ".repeat(20_000) + "y";
        assertThat(Plain.expression(java, List.of("x", "y"))).isEqualTo(java);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"System.exit(1)", "z", "x; y", "x} {", "new x()", "x // y", "Long.getLong(x)", "\"x\"", "x.y"})
    void anythingElseIsNot(String java) {
        assertThatThrownBy(() -> Plain.expression(java, List.of("x", "y")))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("not an expression of its parameters");
    }

    /** A model with one hostile text, in each of the columns. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "constant,*,-,A,int,1,-,h.h,1           ; 3,4,6,7",
                "real,*,-,A,double,1.0,h.h,1            ; 3,4,6",
                "text,*,-,A,x,h.h,1                     ; 3,5",
                "macro,*,-,A,x,(x + 1L),h.h,1           ; 3,4,5,6",
                "struct,*,-,s,struct,4,4,h.h,1          ; 3,4,7",
                "function,*,-,f,libc,i32|int,,h.h,1     ; 3,5,7",
                "callback,*,-,t,i32|int,,h.h,1          ; 3,4,6",
            })
    void aModelHoldsNoneInAnyColumn(String line, String columns) {
        List<String> head = List.of("# source\tx", "# architectures\tx86_64");
        for (String column : columns.split(",")) {
            String[] values = line.split(",", -1);
            values[Integer.parseInt(column)] = "x*/ static { } /*";
            List<String> lines = new ArrayList<>(head);
            lines.add(String.join("\t", values));

            assertThatThrownBy(() -> ModelReader.read("m.tsv", lines))
                    .as(lines.get(2))
                    .isInstanceOf(BindgenException.class)
                    .hasMessageStartingWith("m.tsv:3: ");
        }
    }

    @Test
    void aModelsSourceIsNoCodeEither() {
        assertThatThrownBy(
                        () -> ModelReader.read("m.tsv", List.of("# source\t\\u000a class", "# architectures\tx86_64")))
                .isInstanceOf(BindgenException.class);
    }
}
