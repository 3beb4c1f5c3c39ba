// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A comment goes only where no line, no column and no token depends on it. In the texts, {@code |} ends a line. */
class CommentsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a /* b */|c;                a |c",
                "a // b|c;                   a |c",
                "/* a|* b|*/|c;              '|||c'",
                "'  /* a|b */  |c';          '  |  |c'",
                "#define X 5 /* five */|c;   #define X 5 |c",
                "x = \"/* a */\" // b|c;     x = \"/* a */\" |c",
                "x = '/' // it's|c;          x = '/' |c",
                "a // b;                     a",
            })
    void aCommentAtTheEndOfALineGoes(String text, String left) {
        assertThat(Comments.removed(lines(text)).stripTrailing())
                .isEqualTo(lines(left).stripTrailing());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int/**/a;|",
                "int a /* b */;|",
                "#define X /* a|b */ 5|",
                "#define X 1 /* a|b */|c",
                "#define X \\|/* a|b */ 5|c",
                "#define X \\|/* a|b */|c",
                "#define X 1 // a \\|b|c",
                "#define X 1 /* a */ \\|c",
                "#include <sys//types.h>|",
                "x = \"http://a\";|",
                "#error don't /* a|b */|",
                "no comment|",
            })
    void allElseStays(String text) {
        assertThat(Comments.removed(lines(text))).isEqualTo(lines(text));
    }

    @Test
    void whatIsNeverClosedEndsWithTheText() {
        assertThat(Comments.removed("a\n/* b\nc")).isEqualTo("a\n\n");
    }

    private static String lines(String text) {
        return text.replace('|', '\n');
    }
}
