// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The assembler's bytes are clang's for the same programs. What clang 14 has written is checked in. */
@Tag("any-kernel")
class ClangTest {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    private static final Path SOURCES = Path.of("src/test/resources/dev/jrtap/bpf");
    private static final List<String> INCLUDES = List.of(
            "-I/usr/include",
            "-I/usr/include/" + System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu");
    private static final int LD_IMM64 = 0x18;

    @ParameterizedTest
    @ValueSource(strings = {"count.c", "steer.c", "claim.c", "fetch.c", "instructions.s"})
    void writesTheSameBytes(String source) throws IOException {
        assertThat(lines(withoutReferences(assembled(source)))).isEqualTo(lines(recorded(source)));
    }

    /** What is checked in is what a clang that is at hand writes. */
    @ParameterizedTest
    @ValueSource(strings = {"count.c", "steer.c", "claim.c", "fetch.c", "instructions.s"})
    void whatIsRecordedIsClangs(String source, @TempDir Path directory) throws Exception {
        Feature.require("clang 14", isThere(directory), "no clang-14 in the path");
        Path object = directory.resolve("object");
        compile(SOURCES.resolve(source), object);
        assertThat(lines(program(Files.readAllBytes(object)))).isEqualTo(lines(recorded(source)));
    }

    private static byte[] assembled(String source) throws IOException {
        try (ArrayMap one = ArrayMap.create(new NoKernel(), "one", 8, 1)) {
            return switch (source) {
                case "count.c" -> Programs.count(one).bytes();
                case "steer.c" -> Programs.steer().bytes();
                case "claim.c" -> Programs.claim(one, one).bytes();
                case "fetch.c" -> Programs.fetch().bytes();
                default -> Programs.instructions().bytes();
            };
        }
    }

    /** Any descriptor will do for a map that is not used. */
    private static final class NoKernel extends DelegatingSyscalls {
        NoKernel() {
            super(Syscalls.libc());
        }

        @Override
        public int bpf(int command, long attributes, int size) {
            return RawFd.open("/dev/null", Fcntl.O_RDONLY | Fcntl.O_CLOEXEC);
        }
    }

    /** Clang leaves references to maps to the loader: there is neither number nor kind. */
    private static byte[] withoutReferences(byte[] program) {
        for (int at = 0; at < program.length; at += Long.BYTES) {
            if (program[at] == LD_IMM64) {
                program[at + 1] &= 0x0f;
                at += Long.BYTES;
            }
        }
        return program;
    }

    private static byte[] recorded(String source) throws IOException {
        try (InputStream in = ClangTest.class.getResourceAsStream(source.replaceAll("\\..", ".hex"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HEX.parseHex(
                    text.lines().filter(line -> !line.startsWith("#")).reduce("", (a, b) -> (a + " " + b).trim()));
        }
    }

    private static List<String> lines(byte[] program) {
        return Stream.of(HEX.formatHex(program).split("(?<=\\G.{24})")).toList();
    }

    private static boolean isThere(Path directory) throws IOException, InterruptedException {
        Path none = Files.createFile(directory.resolve("none.c"));
        try {
            compile(none, directory.resolve("none"));
            return true;
        } catch (IOException | AssertionError e) {
            return false;
        }
    }

    private static void compile(Path source, Path object) throws IOException, InterruptedException {
        clang(Stream.concat(
                        Stream.of(
                                "-target", "bpf", "-mcpu=v3", "-O2", "-c", "-o", object.toString(), source.toString()),
                        INCLUDES.stream())
                .toArray(String[]::new));
    }

    private static String clang(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                Stream.concat(Stream.of("clang-14"), Stream.of(arguments)).toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    /** The one section of instructions that an ELF file of ours has. */
    private static byte[] program(byte[] elf) {
        ByteBuffer file = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
        int headers = (int) file.getLong(0x28);
        int size = file.getShort(0x3a);
        for (int i = 0; i < file.getShort(0x3c); i++) {
            int header = headers + i * size;
            boolean executable = (file.getLong(header + 8) & 4) != 0;
            byte[] section = new byte[(int) file.getLong(header + 0x20)];
            if (executable && section.length > 0) {
                file.get((int) file.getLong(header + 0x18), section);
                return section;
            }
        }
        throw new AssertionError("no section of instructions");
    }
}
