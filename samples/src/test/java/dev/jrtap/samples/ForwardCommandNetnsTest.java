// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jrtap forward} between two network namespaces. */
@Timeout(120)
class ForwardCommandNetnsTest {

    private final List<Process> hosts = new ArrayList<>();

    @BeforeEach
    void makeHosts() throws Exception {
        ForwarderNetnsTest.requireTools();
        PingNetnsTest.requirePing();
        for (int host = 0; host < 2; host++) {
            Process keeper = new ProcessBuilder("unshare", "-n", "sh", "-c", "echo ready; exec sleep 3600").start();
            hosts.add(keeper);
            keeper.getInputStream().read();
        }
    }

    @AfterEach
    void endHosts() {
        hosts.forEach(Process::destroy);
    }

    private String namespace(int host) {
        return "/proc/" + hosts.get(host).pid() + "/ns/net";
    }

    private JrtapProcess forward(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "forward",
                "--left-netns=" + namespace(0),
                "--left-address=10.45.0.1/24",
                "--right-netns=" + namespace(1),
                "--right-address=10.45.0.2/24"));
        arguments.addAll(List.of(more));
        return JrtapProcess.start(arguments.toArray(String[]::new));
    }

    private Process on(int host, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("nsenter", "-n" + namespace(host), "--"));
        all.addAll(List.of(command));
        return new ProcessBuilder(all).redirectErrorStream(true).start();
    }

    private String output(int host, String... command) throws IOException, InterruptedException {
        Process process = on(host, command);
        String printed = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return printed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"--mode=TAP", "--mode=TUN", "--no-offloads", "--rx-mode=POLL", "--work=SEGMENT,CHECKSUM"})
    void pingAndTcpPass(String option) throws Exception {
        try (JrtapProcess forward = forward(option)) {
            forward.await("left0 and right0 are connected");
            assertThat(output(0, PingNetnsTest.pingUntil(20, "10.45.0.2"))).contains(" 20 received");
            Process server = on(1, "iperf3", "-s", "-1", "--forceflush");
            while (!server.inputReader().readLine().contains("listening")) {
                // Not yet.
            }
            assertThat(output(0, "iperf3", "-c", "10.45.0.2", "-n", "4M")).contains("iperf Done.");
            server.waitFor();
            assertThat(forward.interrupt())
                    .containsPattern("[0-9]+ packets forwarded in [0-9.]+ s, [0-9]+ dropped, [0-9]+ missed\n$");
        }
        assertThat(output(0, "ip", "link")).doesNotContain("left0");
    }

    @Test
    void offloadsAreKept() throws Exception {
        try (JrtapProcess forward = forward()) {
            forward.await("with the offloads [CHECKSUM, TSO");
            assertThat(output(0, "ethtool", "-k", "left0")).contains("tcp-segmentation-offload: on");
        }
    }

    @Test
    void aDeviceThatIsDeletedIsAFailure() throws Exception {
        try (JrtapProcess forward = forward()) {
            forward.await("left0 and right0 are connected");
            assertThat(output(1, "ip", "link", "delete", "right0")).isEmpty();
            assertThat(forward.ends(1))
                    .containsPattern(" packets forwarded in .*\n")
                    .endsWith("jrtap forward: the device is gone: another program has deleted it\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"/proc/none, /proc/none", "nowhere, /run/netns/nowhere", "./nowhere, ./nowhere"})
    void aNamespaceThatIsNoneIsOneSentence(String namespace, String path) throws Exception {
        try (JrtapProcess forward = JrtapProcess.start("forward", "--left-netns=" + namespace)) {
            assertThat(forward.ends(1))
                    .startsWith("jrtap forward: ENOENT: open(" + path)
                    .hasLineCount(1);
        }
    }
}
