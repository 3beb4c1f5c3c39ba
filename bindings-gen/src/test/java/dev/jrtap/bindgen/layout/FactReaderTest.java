// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.select.Selection;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FactReaderTest {

    private static final Path INCLUDE =
            Path.of("src/test/resources/features/include").toAbsolutePath();
    private static final Declarations PARSED = new HeaderParser(Target.X86_64, INCLUDE).parse(List.of("features.h"));

    @ParameterizedTest
    @CsvSource({
        "PLAIN, int, 42",
        "NEGATIVE, int, -1",
        "HEX, unsigned int, 4294967295",
        "BIG, long, 4294967296",
        "SHIFTED, unsigned int, 2147483648",
        "CAST, unsigned char, 44",
        "SIZE, unsigned long, 24",
        "CHOSEN, int, 1",
        "CHARACTER, int, 84",
        "REQUEST, unsigned long, 2147767503",
        "SECOND, int, 1",
        "ELEVENTH, int, 11"
    })
    void evaluatesAsACompilerDoes(String name, String type, long value) {
        Model model = read(List.of(name), List.of());

        assertThat(model.constants().get(name).value()).isEqualTo(value);
        assertThat(model.constants().get(name).type()).isEqualTo(type);
    }

    @Test
    void layoutsNestedAnonymousAndFlexibleMembers() {
        Struct nested = read(List.of(), List.of("nested")).structs().get("nested");

        assertThat(nested.size()).isEqualTo(24);
        assertThat(nested.fields())
                .extracting(Struct.Field::path, Struct.Field::offset)
                .containsExactly(
                        tuple("kind", 0),
                        tuple("number", 8),
                        tuple("left", 8),
                        tuple("right", 12),
                        tuple("named", 16),
                        tuple("named.inner", 16),
                        tuple("name", 18),
                        tuple("flexible", 24));
    }

    @ParameterizedTest
    @CsvSource({"tight, 9, 1, 1", "raised, 32, 16, 16"})
    void obeysPackedAndAligned(String tag, long size, int align, long offsetOfSecond) {
        Struct struct = read(List.of(), List.of(tag)).structs().get(tag);

        assertThat(struct.size()).isEqualTo(size);
        assertThat(struct.align()).isEqualTo(align);
        assertThat(struct.fields().get(1).offset()).isEqualTo(offsetOfSecond);
    }

    @Test
    void patternsTakeWhatTheHeaderDefinesAndLeaveWhatIsNoInteger() {
        assertThat(read(List.of("*T*"), List.of()).constants())
                .containsKeys("FIRST", "TENTH")
                .doesNotContainKey("TEXT");
    }

    @Test
    void namesTheNearestForWhatIsNotThere() {
        assertThatThrownBy(() -> read(List.of("PLANE"), List.of()))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("has no constant PLANE; nearest: PLAIN");
        assertThatThrownBy(() -> read(List.of(), List.of("netsed")))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("nearest: nested");
    }

    @Test
    void refusesBitFields() {
        assertThatThrownBy(() -> read(List.of(), List.of("bits")))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("bits.low is a bit-field");
    }

    @Test
    void namesTheSearchedDirectoriesForAnUnknownHeader() {
        assertThatThrownBy(() -> new HeaderParser(Target.X86_64, INCLUDE).parse(List.of("absent.h")))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("absent.h")
                .hasMessageContaining(INCLUDE.toString());
    }

    private static org.assertj.core.groups.Tuple tuple(String path, long offset) {
        return org.assertj.core.groups.Tuple.tuple(path, offset);
    }

    private static Model read(List<String> constants, List<String> structs) {
        Model model = FactReader.empty("test");
        Selection selection = new Selection(
                Path.of("selection.txt"), List.of(), "features.h", "Features", constants, structs, Map.of(), false);
        FactReader.read(PARSED, selection, model);
        return model;
    }
}
