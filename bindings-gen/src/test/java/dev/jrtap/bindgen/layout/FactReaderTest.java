// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Constant;
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
    private static final Declarations REFUSED = new HeaderParser(Target.X86_64, INCLUDE).parse(List.of("refused.h"));

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
        "LONGEST, unsigned long long, 1",
        "COMMON, unsigned long long, 2",
        "COMPARED, int, 0",
        "HALVED, int, -3",
        "SMALL, int, 1",
        "LARGER, unsigned long, 4294967297",
        "BELOW, int, -1",
        "ABOVE, long, 2147483648",
        "AFTER_TAIL, unsigned int, 2147483650",
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
    @CsvSource({
        "tight, 9, 1, 1",
        "raised, 32, 16, 16",
        "halved, 12, 4, 4",
        "linked, 24, 8, 8",
        "scoped, 5, 1, 1",
        "holds_large, 16, 8, 8"
    })
    void layoutsAsACompilerDoes(String tag, long size, int align, long offsetOfSecond) {
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

    @ParameterizedTest
    @CsvSource({
        "under_pragma, refused.h:4: #pragma pack",
        "by_value, refused.h:16: struct nowhere is used by value",
        "counted, refused.h:20: no integer constant: unknown(3)",
        "real, refused.h:24: no integer type: double",
        "holds_tiny, refused.h:27: a packed enum",
        "raised_bits, refused.h:34: an aligned bit-field"
    })
    void refusesWhatItCannotLayOutAndSaysWhere(String tag, String message) {
        assertThatThrownBy(() -> readRefused(List.of(), tag))
                .isInstanceOf(BindgenException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void pragmaPackEndsWhereItIsPopped() {
        assertThat(readRefused(List.of(), "after_pragma")
                        .structs()
                        .get("after_pragma")
                        .size())
                .isEqualTo(8);
    }

    @Test
    void saysWhyANamedMacroIsNoConstant() {
        assertThatThrownBy(() -> readRefused(List.of("TEXT"), "after_pragma"))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("refused.h:37: TEXT is no integer constant");
    }

    @Test
    void listsWhatAPatternMatchesAndLeavesOut() {
        assertThat(FactReader.read(PARSED, selection(List.of("TE*"), List.of()), FactReader.empty("test")))
                .singleElement()
                .asString()
                .contains("TEXT is no integer constant");
    }

    @Test
    void refusesOneNameFromTwoPlaces() {
        Model model = read(List.of("PLAIN"), List.of());
        Constant plain = model.constants().get("PLAIN");
        model.constants().put("PLAIN", new Constant("other.h", 1, "PLAIN", plain.type(), 7));

        assertThatThrownBy(() -> FactReader.read(PARSED, selection(List.of("PLAIN"), List.of()), model))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("PLAIN is selected from features.h:3 and from other.h:1");
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
        FactReader.read(PARSED, selection(constants, structs), model);
        return model;
    }

    private static Model readRefused(List<String> constants, String tag) {
        Model model = FactReader.empty("test");
        FactReader.read(REFUSED, selection(constants, List.of(tag)), model);
        return model;
    }

    private static Selection selection(List<String> constants, List<String> structs) {
        return new Selection(
                Path.of("selection.txt"), List.of(), "features.h", "Features", constants, structs, Map.of(), false);
    }
}
