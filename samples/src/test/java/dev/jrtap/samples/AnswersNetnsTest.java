// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.tuntap.TunOffload;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernel's own IPv6 and UDP against what the echo responder answers only where it is asked for. */
@Timeout(60)
class AnswersNetnsTest {

    private static final long MAC = 0x020000000002L;
    private static final int ADDRESS = 0x0a2b0002;
    private static final String HOST_6 = "fd00:10:43::1/64";

    private interface Use {
        void with() throws Exception;
    }

    private static void respond(RxMode mode, List<Answer> answers, Use use) throws Exception {
        TunDevice.require();
        PingNetnsTest.requireMode(mode);
        RtapConfig config = RtapConfig.named("echo%d")
                .withRxMode(mode)
                .withOffloads(TunOffload.CHECKSUM)
                .withAddress(IpPrefix.parse("10.43.0.1/24"))
                .withAddress(IpPrefix.parse(HOST_6));
        try (PacketPool pool = PacketPool.forMtu(512, 1500)) {
            Thread responder;
            try (Rtap rtap = Rtap.open(config)) {
                QueuePair queue = rtap.openQueue(0, pool);
                rtap.up();
                responder = new Thread(new EchoResponder(queue, pool, answers), "echo");
                responder.start();
                use.with();
            }
            responder.join();
        }
    }

    private static String ping(String address, String patienceSeconds) throws Exception {
        Process ping = new ProcessBuilder("ping", "-c", "3", "-i", "0.1", "-W", patienceSeconds, address)
                .redirectErrorStream(true)
                .start();
        String output = new String(ping.getInputStream().readAllBytes());
        ping.waitFor();
        return output;
    }

    private static void ask(DatagramSocket socket, byte[] data) throws Exception {
        socket.send(new DatagramPacket(
                data, data.length, InetAddress.getByAddress(new byte[] {10, 43, 0, 2}), UdpEcho.PORT));
    }

    private static byte[] echo(byte[] data) throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(10_000);
            ask(socket, data);
            DatagramPacket reply = new DatagramPacket(new byte[2000], 2000);
            socket.receive(reply);
            byte[] answer = new byte[reply.getLength()];
            System.arraycopy(reply.getData(), 0, answer, 0, answer.length);
            return answer;
        }
    }

    @ParameterizedTest
    @EnumSource(RxMode.class)
    void neighboursAreFoundAndPingsAnswered(RxMode mode) throws Exception {
        PingNetnsTest.requirePing();
        respond(
                mode,
                List.of(new Ipv6Echo(MAC, 0xfd00_0010_0043_0000L, 2)),
                () -> assertThat(ping("fd00:10:43::2", "10")).contains("3 received"));
    }

    @ParameterizedTest
    @EnumSource(RxMode.class)
    void datagramsComeBack(RxMode mode) throws Exception {
        PingNetnsTest.requirePing();
        Ipv4Station station = new Ipv4Station(MAC, ADDRESS, 24);
        respond(mode, List.of(new Ipv4Echo(station), new UdpEcho(station)), () -> {
            for (int length : new int[] {0, 1, 100, 1472}) {
                byte[] data = new byte[length];
                for (int i = 0; i < length; i++) {
                    data[i] = (byte) i;
                }
                assertThat(echo(data)).isEqualTo(data);
            }
            assertThat(ping("fd00:10:43::2", "0.2")).doesNotContain("3 received");
        });
    }

    @ParameterizedTest
    @EnumSource(RxMode.class)
    void nothingIsAnsweredUnasked(RxMode mode) throws Exception {
        PingNetnsTest.requirePing();
        respond(mode, List.of(new Ipv4Echo(new Ipv4Station(MAC, ADDRESS, 24))), () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(1);
                ask(socket, new byte[10]);
                // Packets are answered in their order.
                assertThat(ping("10.43.0.2", "10")).contains("3 received");
                assertThatThrownBy(() -> socket.receive(new DatagramPacket(new byte[10], 10)))
                        .isInstanceOf(SocketTimeoutException.class);
            }
        });
    }
}
