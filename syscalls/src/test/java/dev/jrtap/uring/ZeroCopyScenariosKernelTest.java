// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.NetTstamp;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sends without a copy, and when packets went, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ZeroCopyScenariosKernelTest {

    private static final String BY_THREAD = "dev.jrtap.uring.RingProfile#byThread";
    private static final Syscalls SYS = Syscalls.libc();

    /** timestamp: of each moment that is asked for one is told, in the order of the packet's way. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"CQE32", "CQE_MIXED"})
    void tellsOfEachMomentThatIsAskedFor(RingProfile profile) throws IOException {
        int common = NetTstamp.SOF_TIMESTAMPING_SOFTWARE
                | NetTstamp.SOF_TIMESTAMPING_OPT_CMSG
                | NetTstamp.SOF_TIMESTAMPING_OPT_ID
                | NetTstamp.SOF_TIMESTAMPING_OPT_TSONLY;
        int sent = NetTstamp.SOF_TIMESTAMPING_TX_SOFTWARE;
        int scheduled = NetTstamp.SOF_TIMESTAMPING_TX_SCHED;
        int acknowledged = NetTstamp.SOF_TIMESTAMPING_TX_ACK;
        int[] asked = {
            sent, scheduled, scheduled | sent, acknowledged, sent | acknowledged, scheduled | sent | acknowledged
        };
        Memory value = Memory.allocate(Integer.BYTES);
        for (int moments : asked) {
            try (Ring ring = profile.open(8);
                    Sockets.Pair tcp = Sockets.tcp()) {
                int fd = tcp.left().fd();
                value.putI32(0, common | moments);
                SYS.setsockopt(fd, SysSocket.SOL_SOCKET, SysSocket.SO_TIMESTAMPING, value.address(), 4);
                Sockets.write(tcp.left(), "ten bytes.");
                assertThat(Sockets.read(tcp.right())).isEqualTo("ten bytes.");
                claim(ring).txTimestamps(fd);
                for (int told = 0; told < Integer.bitCount(moments); told++) {
                    Completions.Completion one = Results.next(ring);
                    Feature.require("TX_TIMESTAMP", one.result() != -Errno.EOPNOTSUPP, "Linux 6.17 or newer is needed");
                    assertThat(one.result()).as("the last byte").isEqualTo(9);
                    assertThat(CqeFlags.hasMore(one.flags())).isTrue();
                    if (profile == RingProfile.CQE_MIXED) {
                        assertThat(CqeFlags.isLarge(one.flags())).isTrue();
                    }
                }
                assertThat(ring.await(1_000_000))
                        .as("no more than was asked for")
                        .isFalse();
            }
        }
        value.keepAlive();
    }

    private static Sockets.Pair datagrams(SockAddr address) {
        return new Sockets.Pair(Sockets.bound(address, Sockets.DATAGRAM), Sockets.bound(address, Sockets.DATAGRAM));
    }

    /** send-zerocopy: the address of a send that begins later is that of the time it was written. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void anAddressIsKeptUntilTheSendBegins(RingProfile profile) throws IOException {
        Memory out = Memory.ofString("x");
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = datagrams(Sockets.ipv6(0))) {
            Feature.require("SEND_ZC", ring.capabilities().supports(Operation.SEND_ZC), "Linux 6.0 or newer is needed");
            claim(ring)
                    .timeout(2_000_000, IoUring.IORING_TIMEOUT_ETIME_SUCCESS)
                    .userData(1)
                    .link();
            claim(ring)
                    .sendToZc(pair.left().fd(), out, 0, 1, 0, Sockets.nameOf(pair.right()))
                    .userData(2);
            List<Completions.Completion> three = Completions.await(ring, 3);
            assertThat(three.get(0)).isEqualTo(new Completions.Completion(1, -Errno.ETIME, 0));
            assertThat(three.get(1).result()).isEqualTo(1);
            assertThat(CqeFlags.isNotification(three.get(2).flags())).isTrue();
            assertThat(Sockets.read(pair.right())).isEqualTo("x");
        }
    }
}
