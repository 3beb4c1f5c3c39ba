// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.TunDevice;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code jrtap doctor} on this machine, and on what it becomes when something is taken away. */
@Timeout(120)
class DoctorNetnsTest {

    private static UnaryOperator<List<String>> by(String... wrapper) {
        return command -> Stream.concat(Stream.of(wrapper), command.stream()).toList();
    }

    /** Hides the driver, in a mount namespace of the command's own. */
    private static UnaryOperator<List<String>> withoutDriver() throws Exception {
        boolean allowed = new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0;
        Feature.require("mount namespace", allowed, "unshare(1) may not make one here");
        return by("unshare", "-m", "sh", "-c", "mount -t tmpfs none /dev/net && exec \"$@\"", "sh");
    }

    @Test
    void aMachineWithADeviceIsHealthy() throws Exception {
        TunDevice.require();
        try (JrtapProcess doctor = JrtapProcess.start("doctor")) {
            String printed = doctor.ends(0);
            assertThat(printed)
                    .containsPattern("(?m)^ok    device         a TAP device opens; the driver offers TUN\\|TAP")
                    .endsWith("A device can be opened here.\n")
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void aMachineWithoutTheDriverIsNot() throws Exception {
        TunDevice.require();
        try (JrtapProcess doctor = JrtapProcess.start(withoutDriver(), "doctor")) {
            assertThat(doctor.ends(1))
                    .containsPattern(
                            "(?m)^FAIL  device         ENOENT: open\\(/dev/net/tun.*\n +remedy: .*modprobe tun")
                    .endsWith("No device can be opened here.\n");
        }
    }

    @Test
    void forbiddenRingsAreOneLine() throws Exception {
        TunDevice.require();
        try (JrtapProcess doctor = JrtapProcess.start(by("../.ci/legs/without-io-uring"), "doctor")) {
            String printed = doctor.ends(0);
            assertThat(printed.lines().filter(line -> line.contains("io_uring_setup")))
                    .singleElement()
                    .asString()
                    .startsWith("warn  io_uring       ");
            assertThat(printed).doesNotContain("READV");
        }
    }

    @Test
    void everyFindingIsAMemberWithJson() throws Exception {
        TunDevice.require();
        try (JrtapProcess doctor = JrtapProcess.start("doctor", "--json")) {
            Map<String, String> levels = levels(doctor.ends(0));
            assertThat(levels)
                    .containsEntry("device", "green")
                    .containsKeys(
                            "kernel", "namespaces", "offloads", "io_uring", "locked memory", "BPF", "clock", "JVM");
            assertThat(levels.values()).isSubsetOf("green", "amber");
        }
    }

    /** The level of each subject. */
    private static Map<String, String> levels(String json) throws IOException {
        Map<String, String> levels = new TreeMap<>();
        String level = "";
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING && "level".equals(parser.currentName())) {
                    level = parser.getText();
                } else if (token == JsonToken.VALUE_STRING && "subject".equals(parser.currentName())) {
                    levels.put(parser.getText(), level);
                }
            }
        }
        return levels;
    }
}
