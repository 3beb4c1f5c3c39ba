// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a model holds is written in lines, and read from them. */
class ModelTextTest {

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
