// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * The kernel's own TCP and UDP on both sides of a forwarder: with every combination of what may be left undone and who
 * does it.
 */
@Tag("any-user")
@Timeout(300)
class ForwarderNetnsTest {

    private static final int MEBIBYTES = Math.min(256, Stress.times(64));
    /** How many packets are looked at: fewer than the shortest stream has, in the longest packets. */
    private static final int CAPTURED = Math.min(300, 8 * MEBIBYTES);

    private static final Set<TunOffload> ALL = EnumSet.allOf(TunOffload.class);
    private static final Set<TunOffload> NONE = EnumSet.noneOf(TunOffload.class);

    /** What is agreed with the kernel, what the forwarder does, and how it receives. */
    enum Combination {
        NOTHING(NONE, RxMode.AUTO),
        COALESCE(NONE, RxMode.AUTO, Forwarder.Work.COALESCE),
        CHECKSUM(EnumSet.of(TunOffload.CHECKSUM), RxMode.AUTO),
        CHECKSUM_DONE_HERE(EnumSet.of(TunOffload.CHECKSUM), RxMode.AUTO, Forwarder.Work.CHECKSUM),
        CHECKSUM_COALESCE(EnumSet.of(TunOffload.CHECKSUM), RxMode.AUTO, Forwarder.Work.COALESCE),
        TSO(EnumSet.of(TunOffload.CHECKSUM, TunOffload.TSO, TunOffload.TSO_ECN), RxMode.AUTO),
        ALL_OFFLOADS(ALL, RxMode.AUTO),
        ALL_POLL(ALL, RxMode.POLL),
        ALL_MAPPED(ALL, RxMode.MAPPED),
        SEGMENT(ALL, RxMode.AUTO, Forwarder.Work.SEGMENT, Forwarder.Work.CHECKSUM),
        SEGMENT_COALESCE(ALL, RxMode.AUTO, Forwarder.Work.SEGMENT, Forwarder.Work.COALESCE),
        TUN_NOTHING(TunMode.TUN, false, NONE, RxMode.AUTO),
        TUN_ALL_OFFLOADS(TunMode.TUN, false, ALL, RxMode.AUTO),
        TUN_ALL_POLL(TunMode.TUN, false, ALL, RxMode.POLL),
        TUN_ALL_MAPPED(TunMode.TUN, false, ALL, RxMode.MAPPED),
        TUN_SEGMENT_COALESCE(TunMode.TUN, false, ALL, RxMode.AUTO, Forwarder.Work.SEGMENT, Forwarder.Work.COALESCE),
        TUN_IPV6_ALL_OFFLOADS(TunMode.TUN, true, ALL, RxMode.AUTO),
        TUN_IPV6_SEGMENT(TunMode.TUN, true, ALL, RxMode.AUTO, Forwarder.Work.SEGMENT, Forwarder.Work.CHECKSUM),
        TUN_IPV6_SEGMENT_COALESCE(TunMode.TUN, true, ALL, RxMode.AUTO, Forwarder.Work.SEGMENT, Forwarder.Work.COALESCE);

        final TunMode device;
        final boolean ipv6;
        final Set<TunOffload> offloads;
        final RxMode mode;
        final Set<Forwarder.Work> works;

        Combination(Set<TunOffload> offloads, RxMode mode, Forwarder.Work... works) {
            this(TunMode.TAP, false, offloads, mode, works);
        }

        Combination(TunMode device, boolean ipv6, Set<TunOffload> offloads, RxMode mode, Forwarder.Work... works) {
            this.device = device;
            this.ipv6 = ipv6;
            this.offloads = offloads;
            this.mode = mode;
            this.works = Set.of(works);
        }

        TwoHosts connect() throws IOException, InterruptedException {
            RtapConfig config = RtapConfig.named("wire%d")
                    .withMode(device)
                    .withRxMode(mode)
                    .withOffloads(offloads.toArray(TunOffload[]::new));
            return TwoHosts.connect(config, PacketPool.create(Syscalls.libc(), 8192, 2048), works);
        }

        String address(int host) {
            return ipv6 ? TwoHosts.address6(host) : TwoHosts.address(host);
        }

        /** Whether every checksum is complete when it leaves. */
        boolean completesChecksums() {
            return offloads.isEmpty() && works.isEmpty() || works.contains(Forwarder.Work.CHECKSUM);
        }

        /** Whether nothing longer than the MTU is sent on. */
        boolean cutsAll() {
            boolean cut = offloads.isEmpty() || works.contains(Forwarder.Work.SEGMENT);
            return cut && !works.contains(Forwarder.Work.COALESCE);
        }
    }

    @ParameterizedTest
    @EachOf(Combination.class)
    void aStreamArrivesAsItWasSent(Combination combination) throws Exception {
        requireTools();
        Path sums = Files.createTempDirectory("sums");
        try (TwoHosts hosts = combination.connect()) {
            // tcpdump must see what was sent, and not what the kernel has merged on receiving.
            assertThat(shell(hosts, 1, "ethtool -K " + hosts.device(1) + " gro off")
                            .waitFor())
                    .isZero();
            NetcatStream stream = new NetcatStream(hosts, combination, 0, MEBIBYTES, sums);
            Path log = sums.resolve("capture.log");
            Process capture = shell(
                    hosts,
                    1,
                    "timeout 240 tcpdump -c " + CAPTURED + " -vv -n -i " + hosts.device(1)
                            + " tcp port 5001 and src host " + combination.address(0) + " > " + sums.resolve("captured")
                            + " 2> " + log);
            boolean captures = listens(capture, log);
            stream.send();
            stream.requireWhole();
            capture.waitFor();
            Feature.require("tcpdump", captures, Files.readString(log).strip());
            String captured = Files.readString(sums.resolve("captured"));
            if (combination.completesChecksums()) {
                assertThat(captured).contains("(correct)").doesNotContain("incorrect");
            }
            if (combination.cutsAll()) {
                assertThat(longest(captured)).isLessThanOrEqualTo(1500 + 60);
            }
        } finally {
            NetcatStream.delete(sums);
        }
    }

    /** Returns whether tcpdump has begun; it ends where it cannot give up root, as in a user namespace of one id. */
    private static boolean listens(Process capture, Path log) throws IOException {
        while (capture.isAlive()) {
            if (Files.exists(log) && Files.readString(log).contains("listening")) {
                return true;
            }
            Sleeper.pause(10);
        }
        return false;
    }

    /** The longest payload that tcpdump has seen, in bytes. */
    private static int longest(String captured) {
        return captured.lines()
                .filter(line -> line.contains(" length ") && line.contains("Flags"))
                .mapToInt(line -> Integer.parseInt(
                        line.substring(line.lastIndexOf(' ') + 1).trim()))
                .max()
                .orElse(0);
    }

    @ParameterizedTest
    @EachOf(Combination.class)
    void datagramsArriveAsTheyWereSent(Combination combination) throws Exception {
        requireTools();
        try (TwoHosts hosts = combination.connect()) {
            Process server = new ProcessBuilder(hosts.on(1, "iperf3", "-s", "-1", "--forceflush"))
                    .redirectErrorStream(true)
                    .start();
            BufferedReader serverSays = new BufferedReader(new InputStreamReader(server.getInputStream()));
            while (!serverSays.readLine().contains("listening")) {
                // Not yet.
            }
            Process client = new ProcessBuilder(hosts.on(
                            0,
                            "iperf3",
                            "-c",
                            combination.address(1),
                            "-u",
                            "-b",
                            "50M",
                            "-n",
                            "2M",
                            "-l",
                            "1400",
                            "-J"))
                    .redirectErrorStream(true)
                    .start();
            String report = new String(client.getInputStream().readAllBytes());
            assertThat(client.waitFor()).as(report).isZero();
            server.waitFor();
            assertThat(report).doesNotContain("\"packets\":\t0,");
            assertThat(hosts.forwarder().dropped()).isZero();
        }
    }

    static Process shell(TwoHosts hosts, int host, String script) throws IOException {
        List<String> command = hosts.on(host, "bash", "-o", "pipefail", "-c", script);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static void requireTools() {
        TunDevice.require();
        for (String tool : List.of("iperf3", "nc", "openssl", "ethtool", "ip", "nsenter")) {
            Feature.require(tool, Programs.isInstalled(tool), "it is not installed");
        }
    }
}
