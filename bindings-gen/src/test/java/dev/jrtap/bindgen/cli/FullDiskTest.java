// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On a full disk there is a sentence, and the files that were there: a real file system of a few pages, in a mount
 * namespace.
 */
class FullDiskTest {

    private static final String MOUNT = "mount -t tmpfs -o size=64k none \"$1/disk\" && cd \"$1\" && ";

    /** Everything on the disk, each file with its first line. */
    private static final String LIST =
            "find disk -type f | sort | while read -r f; do echo \"$f $(wc -c <\"$f\")\"; done";

    @TempDir
    private Path root;

    @BeforeEach
    void hasADiskOfItsOwn() throws Exception {
        Feature.require("mount namespace", run("true").isEmpty(), "unshare(1) may not make one");
        Files.createDirectory(root.resolve("disk"));
        header("small.h", 10);
        header("large.h", 5000);
        for (String name : List.of("small", "large")) {
            Files.createDirectory(root.resolve(name));
            Files.writeString(root.resolve(name).resolve("s.txt"), "header ./" + name + ".h\nclass H\nconstants *\n");
            Files.move(root.resolve(name + ".h"), root.resolve(name).resolve(name + ".h"));
        }
    }

    private void header(String name, int constants) throws IOException {
        Files.writeString(
                root.resolve(name),
                IntStream.range(0, constants)
                        .mapToObj(i -> "#define CONSTANT_" + i + " " + i + "\n")
                        .collect(Collectors.joining()));
    }

    private static String generate(String name) {
        return command("generate", "--select", name + "/s.txt", "--headers", name, "--package", "p", "--out", "disk");
    }

    private static String command(String... arguments) {
        return "'" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -cp '"
                + System.getProperty("java.class.path") + "' " + Main.class.getName() + " "
                + String.join(" ", arguments);
    }

    @Test
    void generatedFilesStayAsTheyWere() throws Exception {
        String before = run(MOUNT + generate("small") + " >/dev/null && " + LIST);
        String after = run(MOUNT + generate("small") + " >/dev/null && { " + generate("large")
                + " || echo failed $?; } && " + LIST);

        assertThat(before).contains("disk/p/H.java");
        assertThat(after.lines())
                .first()
                .asString()
                .startsWith("bindings-gen: disk/p/H.java: ")
                .contains("No space left on device")
                .doesNotContain("Exception", "fault in bindings-gen");
        assertThat(after.lines().skip(1).collect(Collectors.joining("\n", "", "\n")))
                .isEqualTo("failed 1\n" + before);
    }

    @Test
    void nothingIsLeftOfAFirstAttempt() throws Exception {
        assertThat(run(MOUNT + "{ " + generate("large") + " || echo failed $?; } && " + LIST)
                        .lines())
                .hasSize(2)
                .last()
                .isEqualTo("failed 1");
    }

    @Test
    void aModelStaysAsItWas() throws Exception {
        String read = "read --headers %s --select %s/s.txt --model disk/model.tsv --package p";
        String before = run(MOUNT + command(read.formatted("small", "small")) + " >/dev/null && " + LIST);
        String after = run(MOUNT + command(read.formatted("small", "small")) + " >/dev/null && { "
                + command(read.formatted("large", "large")) + " || echo failed $?; } && " + LIST);

        assertThat(after.lines().skip(1).collect(Collectors.joining("\n", "", "\n")))
                .isEqualTo("failed 1\n" + before);
    }

    @Test
    void whatIsPrintedToAFullDiskIsAnError() throws Exception {
        assertThat(run("cd \"$1\" && { " + command("dump", "--headers", "small", "small.h")
                        + " >/dev/full || echo failed $?; }"))
                .isEqualTo(
                        "bindings-gen: not all of the output could be written: the disk is full, or the reader is gone\nfailed 1\n");
    }

    /** Returns what a script prints in a mount namespace of its own, errors too, {@code $1} being the directory. */
    private String run(String script) throws IOException, InterruptedException {
        Path out = Files.createTempFile("full-disk", ".txt");
        Process process = new ProcessBuilder("unshare", "-rm", "sh", "-c", script, "sh", root.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        process.waitFor();
        // A JVM tells which options it was given.
        String text = Files.readString(out).replaceAll("(?m)^NOTE: .*\n", "");
        Files.delete(out);
        return text;
    }
}
