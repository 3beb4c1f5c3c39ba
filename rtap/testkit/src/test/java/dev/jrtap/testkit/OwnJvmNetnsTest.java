// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.fixtures.UserIds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** JVMs with other rights, by the wrapper that the README shows and without it; and one that is killed. */
@Tag("any-kernel")
@Timeout(180)
class OwnJvmNetnsTest {

    /** In a mount namespace of its own, where everybody may open /dev/net/tun, as distributions have it. */
    private static final List<String> AS_USER_1000 = List.of(
            "unshare",
            "-m",
            "sh",
            "-euc",
            "mount -t tmpfs -o mode=755 tun /dev/net; mknod -m 666 /dev/net/tun c 10 200; chmod 666 /dev/net/tun;"
                    + " exec setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all \"$@\"",
            "sh");

    private static final String JAVA = System.getProperty("java.home") + "/bin/java";

    /** Of a JVM that lives for a second. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    @TempDir
    private static Path copies;

    @TempDir
    private Path directory;

    private Path wrapper;
    private Path temporary;

    @BeforeEach
    void writesTheWrapper() throws Exception {
        TunDevice.require();
        String script = Pattern.compile("```sh\n(#!.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")))
                .results()
                .map((MatchResult result) -> result.group(1))
                .findFirst()
                .orElseThrow();
        Path bin = Files.createDirectories(directory.resolve("netns/bin"));
        wrapper = Files.writeString(bin.resolve("java"), script);
        for (Path each : List.of(directory, bin.getParent(), bin, wrapper)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        temporary = Files.createDirectory(directory.resolve("tmp"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @Test
    void theWrapperStartsAJvmThatCanMakeNetworks() throws Exception {
        requireIp();
        // As on a machine: a JVM has IPv6 if an interface has when it begins.
        String machine = "ip link set lo up; exec \"$@\"";
        assertThat(run(classPath(), List.of("unshare", "-n", "sh", "-c", machine, "sh", wrapper.toString())))
                .contains("available", "1 succeeded, 0 failed, aborted: []");
    }

    @Test
    void theWrapperNeedsNoRoot() throws Exception {
        requireIp();
        requireAnotherUser();
        List<String> command = new ArrayList<>(AS_USER_1000);
        command.add(wrapper.toString());
        assertThat(run(readableClassPath(), command)).contains("available", "1 succeeded, 0 failed, aborted: []");
    }

    @Test
    void withoutRightsATestIsSkippedWithTheRemedy() throws Exception {
        requireAnotherUser();
        List<String> command = new ArrayList<>(AS_USER_1000);
        command.add(JAVA);
        assertThat(run(readableClassPath(), command))
                .contains("unavailable: no network namespace can be made (EPERM: unshare(CLONE_NEWNET)")
                .containsPattern("0 succeeded, 0 failed, aborted: \\[no network namespace.*netns/bin/java")
                .contains("required: 0 succeeded, 1 failed, aborted: []");
    }

    /** The wrapper raises lo by it: a JVM that begins without an address of IPv6 has no IPv6. */
    private static void requireIp() {
        Feature.require("ip(8)", Peers.hasProgram("ip"), "iproute2 is not installed");
    }

    private static void requireAnotherUser() throws Exception {
        UserIds.requireOthers();
        boolean mounts = new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0;
        Feature.require("mount namespace", mounts, "unshare(1) may not make one here");
    }

    /** Runs the probe by a command that java's arguments are added to, and returns what it prints. */
    private String run(Stream<Path> classPath, List<String> java) throws Exception {
        List<String> command = new ArrayList<>(java);
        command.addAll(SHORT_LIVED);
        command.addAll(
                List.of("-Djava.io.tmpdir=" + temporary, "-cp", joined(classPath), Probe.class.getName(), "try"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("NETNS_JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return printed;
    }

    /** What the modules built, the library below them, and JUnit. */
    private static Stream<Path> classPath() {
        return Stream.of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        .split(":"))
                .filter(entry -> entry.matches(".*/(target/[^/]*|(jrtap|jnr|jffi|asm|junit|opentest4j)[^/]*\\.jar)"))
                .map(Path::of);
    }

    /** Copies: Maven's repository may lie where another user may not look. */
    private static Stream<Path> readableClassPath() throws IOException {
        List<Path> readable = new ArrayList<>();
        for (Path original : classPath().filter(Files::exists).toList()) {
            Path copy = copies.resolve(Integer.toString(readable.size()));
            if (!Files.exists(copy)) {
                copy(original, copy);
            }
            readable.add(copy);
        }
        Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxr-xr-x"));
        return readable.stream();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path copy = to.resolve(from.relativize(each).toString());
                Files.copy(each, copy);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    private static String joined(Stream<Path> classPath) {
        return classPath.map(entry -> entry.toAbsolutePath().toString()).collect(Collectors.joining(":"));
    }

    @Test
    void aProgramDiesWithAJvmThatIsKilled() throws Exception {
        nothingIsLeftOfAKilledJvm(1, "hold", "sleep", "3600");
    }

    @Test
    void nothingIsLeftOfAJvmThatIsKilledDuringIperf3() throws Exception {
        Feature.require("iperf3", Peers.hasProgram("iperf3"), "it is not installed");
        nothingIsLeftOfAKilledJvm(2, "iperf3");
    }

    private void nothingIsLeftOfAKilledJvm(int programs, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(SHORT_LIVED);
        command.addAll(List.of("-Djava.io.tmpdir=" + temporary, "-cp", joined(classPath()), Probe.class.getName()));
        command.addAll(List.of(arguments));
        Process jvm = new ProcessBuilder(command).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(jvm.getInputStream()))) {
            List<ProcessHandle> started = new ArrayList<>();
            List<String> namespaces = new ArrayList<>();
            for (int i = 0; i < programs; i++) {
                started.add(ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow());
                namespaces.add(out.readLine());
            }
            if (programs > 1) {
                assertThat(out.readLine()).isEqualTo("busy");
            }
            assertThat(started).allMatch(OwnJvmNetnsTest::isRunning);
            assertThat(namespaces).allMatch(OwnJvmNetnsTest::hasProcesses);
            jvm.destroyForcibly().waitFor();
            Peers.await("the end of the programs", () -> started.stream().noneMatch(OwnJvmNetnsTest::isRunning));
            // And with them of the namespaces, the interfaces in these, and their sockets.
            assertThat(namespaces).noneMatch(OwnJvmNetnsTest::hasProcesses);
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** Whether a process of these tests is in a network namespace, or holds it open. Others may get its number next. */
    private static boolean hasProcesses(String namespace) {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(each -> each.getFileName().toString().matches("\\d+") && isOfTheseTests(each))
                    .flatMap(each -> Stream.concat(Stream.of(each.resolve("ns/net")), descriptors(each)))
                    .anyMatch(each -> isLinkTo(each, namespace));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By what the wrapper around java sets, and processes inherit; without it there is no telling. */
    private static boolean isOfTheseTests(Path process) {
        String mark = System.getenv("JRTAP_TESTS");
        try {
            return mark == null
                    || Arrays.asList(Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1)
                                    .split("\0"))
                            .contains("JRTAP_TESTS=" + mark);
        } catch (IOException e) {
            // Ended, or another user's.
            return false;
        }
    }

    private static Stream<Path> descriptors(Path process) {
        try (Stream<Path> all = Files.list(process.resolve("fd"))) {
            return all.toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static boolean isLinkTo(Path link, String target) {
        try {
            return Files.readSymbolicLink(link).toString().equals(target);
        } catch (IOException e) {
            // Ended, or another user's.
            return false;
        }
    }

    /** One that nobody waits for is a zombie, and has ended. */
    private static boolean isRunning(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }
}
