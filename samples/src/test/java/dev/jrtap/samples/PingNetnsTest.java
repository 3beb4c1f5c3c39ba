// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.MaskedSyscalls;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ping of iputils against the echo responder, in the namespace of the tests. */
@Timeout(60)
class PingNetnsTest {

    private static final boolean HAS_PING = hasPing();

    private static final long MAC = 0x020000000002L;

    @ParameterizedTest
    @CsvSource({
        "true, MULTISHOT",
        "true, ONE_SHOT",
        "true, POLL",
        "true, AUTO",
        "false, MULTISHOT",
        "false, ONE_SHOT",
        "false, POLL",
        "false, AUTO"
    })
    void everyRequestOfAFloodIsAnswered(boolean napi, RxMode mode) throws Exception {
        assertThat(ping(1500, napi, mode, List.of("-f", "-c", "1000"))).contains("1000 received", " 0% packet loss");
    }

    @ParameterizedTest
    @CsvSource({"1500, 0", "1500, 56", "1500, 1472", "9000, 8972"})
    void everySizeIsAnswered(int mtu, int size) throws Exception {
        List<String> arguments =
                List.of("-M", "do", "-i", "0.01", "-w", "30", "-c", "20", "-s", Integer.toString(size));
        assertThat(ping(mtu, true, RxMode.AUTO, arguments)).contains("20 received");
    }

    private static String ping(int mtu, boolean napi, RxMode mode, List<String> arguments) throws Exception {
        TunDevice.require();
        requirePing();
        requireMode(mode);
        MaskedSyscalls sys = new MaskedSyscalls(Syscalls.libc());
        RtapConfig config = RtapConfig.named("ping%d").withMtu(mtu).withRxMode(mode);
        try (PacketPool pool = PacketPool.forMtu(1024, mtu)) {
            Thread responder;
            String output;
            try (Rtap rtap = Rtap.open(napi ? sys : sys.withoutNapi(), config)) {
                assertThat(rtap.hasNapi()).isEqualTo(napi);
                rtap.control().addAddress(IpPrefix.parse("10.43.0.1/24"));
                rtap.up();
                QueuePair queue = rtap.openQueue(0, pool);
                responder = new Thread(new EchoResponder(queue, pool, MAC, 0x0a2b0002, 24), "echo");
                responder.start();
                List<String> command = new ArrayList<>(List.of("ping", "-q"));
                command.addAll(arguments);
                command.add("10.43.0.2");
                Process ping =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                output = new String(ping.getInputStream().readAllBytes());
                ping.waitFor();
            }
            responder.join();
            return output;
        }
    }

    /**
     * The command that pings until so many replies have come. Without a deadline ping waits for the last reply no
     * longer than two round trips or one interval, which on a busy machine is too short.
     */
    static String[] pingUntil(int received, String address) {
        return new String[] {"ping", "-q", "-i", "0.01", "-w", "30", "-c", Integer.toString(received), address};
    }

    /** Goes on if packets can be received in {@code mode} here. */
    static void requireMode(RxMode mode) {
        if (mode == RxMode.MULTISHOT) {
            Uring.require(Operation.READ_MULTISHOT);
        } else if (mode == RxMode.ONE_SHOT) {
            Uring.require();
        }
    }

    /** Goes on if there is a ping(8) to be run. */
    static void requirePing() {
        Feature.require("ping(8)", HAS_PING, "iputils-ping is not installed");
    }

    private static boolean hasPing() {
        try {
            return new ProcessBuilder("ping", "-V").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
