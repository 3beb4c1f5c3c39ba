// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.Gcc;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.Dump;
import dev.jrtap.bindgen.project.PkgConfig;
import dev.jrtap.bindgen.project.VersionDiff;
import dev.jrtap.bindgen.verify.HeaderProof;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is an option of a command is a parameter of a goal, and an argument of a call; all three do the same. */
class ThreeWaysTest extends ThreeWays {

    @Test
    void reachable() throws Exception {
        String expected = "header    p/p.h\nclass     P\nconstants PART\nstructs   part\nfunctions part\n";

        assertThat(command("dump", "--headers", headers.toString(), "--reachable", "p", "p/p.h"))
                .startsWith(expected);
        assertThat(String.join(
                        "\n",
                        goal("dump")
                                .with("bindings.header", "p/p.h")
                                .with("bindings.reachable", "p")
                                .run()))
                .contains(expected);
        StringBuilder text = new StringBuilder();
        Dump.of(Target.X86_64, set(List.of()), List.of("p/p.h"), headers.resolve("p"), text::append);
        assertThat(text).startsWith(expected);
    }

    @Test
    void aHeaderThatOnlyIncludesSaysSo() throws IOException {
        assertThat(command("dump", "--headers", headers.toString(), "p/p.h"))
                .contains("# p/p.h declares nothing itself.", "--reachable DIR", "#   p/part.h: 3", "#   other.h: 1");
        assertThatThrownBy(() -> Dump.of(Target.X86_64, set(List.of()), List.of("p/p.h"), Path.of("no"), text -> {}))
                .isInstanceOf(BindgenException.class)
                .hasMessageStartingWith("no: there is no such directory");
    }

    @Test
    void pkg() throws Exception {
        String expected = "define    BASE 7\n"
                + "define    THROUGH_PKG 1\n"
                + "header    other.h\n"
                + "class     Other\n"
                + "constants DEFINED OTHER\n";

        assertThat(command("dump", "--headers", headers.toString(), "--pkg", "p", "other.h"))
                .isEqualTo(expected);
        assertThat(String.join(
                        "\n",
                        goal("dump")
                                .with("bindings.header", "other.h")
                                .with("bindings.pkg", "p")
                                .run()))
                .contains(expected);
        StringBuilder text = new StringBuilder();
        Dump.of(Target.X86_64, set(List.of("p")), List.of("other.h"), text::append);
        assertThat(text.toString()).isEqualTo(expected);
        assertThat(PkgConfig.of(List.of("p"), headers).libraries()).containsExactly("p");
        assertThatThrownBy(() -> PkgConfig.of(List.of("absent"), headers))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("no absent.pc in ")
                .hasMessageContaining("PKG_CONFIG_PATH");
    }

    @Test
    void cc() throws Exception {
        String gcc = Gcc.require(Target.X86_64, SearchPath.of(headers)).toString();

        assertThat(command("verify", "--headers", headers.toString(), "--cc", gcc, "p/part.h"))
                .contains("x86_64, " + gcc + ": 1 headers compared", "nothing differs");
        assertThat(goal("verify")
                        .with("bindings.header", "p/part.h")
                        .with("bindings.cc", gcc)
                        .run())
                .anyMatch(line -> line.startsWith("x86_64, " + gcc + ": 1 headers"));
        List<String> lines = new ArrayList<>();
        assertThat(new HeaderProof(SearchPath.of(headers), gcc, lines::add)
                        .run(List.of("x86_64"), List.of("p/part.h"), false, 0, null))
                .isTrue();
        assertThat(lines).anyMatch(line -> line.startsWith("x86_64, " + gcc));
    }

    @Test
    void java() throws Exception {
        String gcc = Gcc.require(Target.machine(), SearchPath.of(headers)).toString();
        String row = "Java: constants +1 +1 .*";

        assertThat(command("verify", "--headers", headers.toString(), "--cc", gcc, "--java", "p/part.h")
                        .lines())
                .anyMatch(line -> line.matches(row));
        assertThat(goal("verify")
                        .with("bindings.header", "p/part.h")
                        .with("bindings.cc", gcc)
                        .with("bindings.java", true)
                        .run())
                .anyMatch(line -> line.matches(row));
        List<String> lines = new ArrayList<>();
        assertThat(new HeaderProof(SearchPath.of(headers), gcc, lines::add)
                        .run(List.of(Target.machine().id()), List.of("p/part.h"), false, 0, null, true))
                .isTrue();
        assertThat(lines).anyMatch(line -> line.matches(row));
    }

    @Test
    void diff() throws Exception {
        write("newer/p/part.h", "#define PART 3\nstruct part { int a; int b : 3; };\n");
        String newer = root.resolve("newer").toString();
        List<String> expected = List.of(
                "p/part.h",
                "  ~ PART = 1 -> = 3",
                "  ~ struct part 4 bytes -> 8 bytes",
                "  + struct part.b int at 4 bit 0, 3 wide");

        assertThat(command("diff", headers.toString(), newer, "p/part.h").lines())
                .containsAll(expected);
        assertThat(Goal.named("diff")
                        .with("bindings.old", headers.toFile())
                        .with("bindings.new", root.resolve("newer").toFile())
                        .with("bindings.header", "p/part.h")
                        .run())
                .containsAll(expected);
        List<String> lines = new ArrayList<>();
        VersionDiff.between(Target.X86_64, headers, Path.of(newer), List.of("p/part.h"), lines::add);
        assertThat(lines).containsAll(expected);
    }
}
