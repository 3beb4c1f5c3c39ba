// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Uring;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The target is complete or as it was, whatever ends the copy. */
@Tag("any-kernel")
@Timeout(120)
class CopyCommandKernelTest {

    private static final int SIZE = 3_000_000;

    @TempDir
    private Path directory;

    private Path source;
    private Path target;

    @BeforeEach
    void makeFiles() throws IOException {
        Uring.require();
        byte[] content = new byte[SIZE];
        new Random(1).nextBytes(content);
        source = Files.write(directory.resolve("source"), content);
        target = Files.writeString(directory.resolve("target"), "as it was");
    }

    private JrtapProcess copy(Object... arguments) throws IOException {
        return JrtapProcess.start(words(arguments));
    }

    private static String[] words(Object... arguments) {
        return Stream.concat(Stream.of("copy"), Stream.of(arguments).map(Object::toString))
                .toArray(String[]::new);
    }

    /** Runs a line of a shell in which "$@" is the command. */
    private static JrtapProcess shell(String line, Object... arguments) throws IOException {
        return JrtapProcess.start(
                command -> Stream.concat(Stream.of("sh", "-c", line, "sh"), command.stream())
                        .toList(),
                words(arguments));
    }

    private void nothingElseIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(source, target);
        }
    }

    @Test
    void replacesTheTargetAndKeepsItsPermissions() throws Exception {
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-rw----"));
        try (JrtapProcess copy = copy(source, target)) {
            assertThat(copy.ends(0)).matches("3000000 bytes in [0-9.]+ s, [0-9]+ MiB/s\n");
        }
        assertThat(target).hasSameBinaryContentAs(source);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-rw----");
        nothingElseIsLeft();
    }

    @Test
    void followsALink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        try (JrtapProcess copy = copy(source, link)) {
            copy.ends(0);
        }
        assertThat(link).isSymbolicLink();
        assertThat(target).hasSameBinaryContentAs(source);
    }

    @Test
    void writesDevicesAsTheyAre() throws Exception {
        try (JrtapProcess copy = copy("--json", source, "/dev/null")) {
            assertThat(copy.ends(0).lines())
                    .last()
                    .asString()
                    .startsWith("{\"event\":\"summary\",\"bytes\":3000000,\"size\":3000000,");
        }
        assertThat(Path.of("/dev/null")).exists().isNotEqualTo(target);
        try (JrtapProcess copy = copy(source, "/dev/full")) {
            assertThat(copy.ends(1)).startsWith("jrtap copy: ENOSPC: write(/dev/full, offset=");
        }
    }

    @Test
    void aFullDiskLeavesTheTargetAsItWas() throws Exception {
        String flags = new ProcessBuilder("unshare", "-rm", "true").start().waitFor() == 0 ? "-rm" : "-m";
        boolean can = new ProcessBuilder("unshare", flags, "mount", "-t", "tmpfs", "none", directory.toString())
                        .start()
                        .waitFor()
                == 0;
        Feature.require("mount namespace", can, "tmpfs cannot be mounted");
        Path disk = Files.createDirectory(directory.resolve("disk"));
        String line = "unshare " + flags + " sh -c 'mount -t tmpfs -o size=1m none " + disk + "; echo old >" + disk
                + "/target; \"$@\"; echo code $?; cat " + disk + "/target; ls -A " + disk + "' sh \"$@\"";
        try (JrtapProcess copy = shell(line, source, disk + "/target")) {
            assertThat(copy.rest())
                    .startsWith("jrtap copy: ENOSPC: write(" + disk + "/.target.")
                    .endsWith("code 1\nold\ntarget\n");
        }
    }

    @Test
    void anInterruptEndsEvenACopyThatWaits() throws Exception {
        Path pipe = directory.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        try (JrtapProcess copy = shell("exec 9<>" + pipe + "; echo some >&9; exec \"$@\"", "--json", pipe, target)) {
            copy.await("\"event\":\"progress\",\"bytes\":5,");
            assertThat(copy.interrupt()).contains("\"event\":\"summary\",\"bytes\":5,", "\"interrupted\":true");
        }
        Files.delete(pipe);
        assertThat(target).hasContent("as it was");
        nothingElseIsLeft();
    }

    @Test
    void aClosedPipeEndsTheCopyInSilence() throws Exception {
        Path pipe = directory.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        String line = "exec 9<>" + pipe + "; { \"$@\"; echo code $? >&2; } | true";
        try (JrtapProcess copy = shell(line, "--json", pipe, target)) {
            assertThat(copy.rest()).isEqualTo("code 1\n");
        }
        Files.delete(pipe);
        nothingElseIsLeft();
    }

    @Test
    @SuppressWarnings("try") // the end of the pipe is closed before the programs that read it
    void progressIsForTerminals() throws Exception {
        Path pipe = directory.resolve("pipe");
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
        boolean can =
                new ProcessBuilder("script", "-qc", "true", "/dev/null").start().waitFor() == 0;
        Feature.require("script(1)", can, "there is no pseudo-terminal");
        String onTerminal = "script -qec \"$(printf '%s ' \"$@\")\" /dev/null";
        RandomAccessFile writer = new RandomAccessFile(pipe.toFile(), "rw");
        try (JrtapProcess silent = copy(pipe, target);
                JrtapProcess told = shell(onTerminal, pipe, "/dev/null")) {
            // The silent one, which began earlier, copies for as long.
            for (int seconds = 0; seconds < 2; seconds++) {
                told.await(" s: 0 of 0 MiB, 0 MiB/s");
            }
            writer.close();
            assertThat(told.rest()).contains("0 bytes in ");
            assertThat(silent.ends(0)).startsWith("0 bytes in ").hasLineCount(1);
        }
    }

    @Test
    void aDirectoryIsNoTarget() throws Exception {
        try (JrtapProcess copy = copy(source, directory)) {
            assertThat(copy.ends(1)).isEqualTo("jrtap copy: " + directory + " is a directory: name a file in it\n");
        }
        nothingElseIsLeft();
    }
}
