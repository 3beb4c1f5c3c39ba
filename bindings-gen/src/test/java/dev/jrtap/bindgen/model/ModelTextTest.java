// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model holds is written in lines, and read from them. */
class ModelTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"struct", "union", "typedef-struct", "typedef-union"})
    void aTypeIsAStructOrAUnion(String keyword) {
        String text = ModelText.write(struct(keyword));
        assertThat(text).contains("struct\t*\t-\ts\t" + keyword + "\t4\t4\th.h\t1\n");
        assertThat(ModelText.write(ModelReader.read("model", text.lines().toList())))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "typedef-", "class", "a typedef-struct", "typedef-typedef-struct", "structtypedef-"})
    void nothingElseIsAType(String keyword) {
        assertThatThrownBy(() -> struct(keyword))
                .isInstanceOf(BindgenException.class)
                .hasMessage("model:3: neither a struct nor a union: " + keyword);
    }

    private static Model struct(String keyword) {
        String line = "struct\t*\t-\ts\t" + keyword + "\t4\t4\th.h\t1";
        return ModelReader.read(
                "model", List.of(ModelText.SOURCE + "a test", ModelText.ARCHITECTURES + "x86_64", line));
    }

    @Test
    void aTextHoldsEveryCharacter() {
        StringBuilder all = new StringBuilder("\\t\\n\\r\\");
        for (char c = 0; c < 0x3000; c++) {
            all.append(c);
        }
        Model model = Model.empty("a test", List.of("x86_64"));
        model.texts().put("T", Variants.of("x86_64", new Text("h.h", 1, "T", all.toString(), 1)));

        Model again = ModelReader.read("model", ModelText.write(model).lines().toList());

        assertThat(again.texts().get("T").first().value()).isEqualTo(all.toString());
    }
}
