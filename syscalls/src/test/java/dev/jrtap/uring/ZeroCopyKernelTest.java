// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.MessageHeader;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ZeroCopyKernelTest {

    private static final int SENDS = Stress.times(25_000);

    /**
     * Each way to fail 25 000 times: before it is read, without a file, without a peer, and behind one that has failed.
     */
    @ParameterizedTest
    @ValueSource(strings = {"EINVAL", "EBADF", "EPIPE", "ECANCELED"})
    void failedSendsLeaveNothing(String way) throws IOException {
        Memory out = Memory.allocate(64);
        try (Ring ring = RingProfile.PLAIN.open(64);
                Sockets.Pair pair = Sockets.tcp()) {
            Feature.require("SEND_ZC", ring.capabilities().supports(Operation.SEND_ZC), "Linux 6.0 or newer is needed");
            int left = pair.left().fd();
            if (way.equals("EPIPE")) {
                ring.submission().claim().shutdown(left, SysSocket.SHUT_RDWR);
                Completions.await(ring, 1);
            }
            int failed = 0;
            Completions completions = new Completions();
            while (failed < SENDS || ring.registration().lent().isHolding()) {
                for (; failed < SENDS && ring.submission().space() >= 2; failed++) {
                    if (way.equals("ECANCELED")) {
                        ring.submission().claim().read(-1, out, 0).userData(1).link();
                    }
                    int fd = way.equals("EBADF") ? -1 : left;
                    int flags = SysSocket.MSG_NOSIGNAL;
                    ring.submission().claim().sendZc(fd, out, 0, 64, flags, way.equals("EINVAL") ? 0x8000 : 0);
                }
                ring.submitAndWait(1);
                ring.completion().drain(completions, Integer.MAX_VALUE);
                for (Completions.Completion one : completions.list) {
                    if (one.userData() == 0 && !CqeFlags.isNotification(one.flags())) {
                        assertThat(Errno.name(-one.result())).isEqualTo(way);
                    }
                }
                completions.list.clear();
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysWhenTheBytesAreFreeAgain(RingProfile profile) throws IOException {
        Memory out = Memory.ofString("not copied");
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            Feature.require(
                    "SENDMSG_ZC", ring.capabilities().supports(Operation.SENDMSG_ZC), "Linux 6.1 or newer is needed");
            ring.buffers().register(out);
            for (int way = 0; way < 4; way++) {
                Operations entry = ring.submission().claim();
                if (way == 0) {
                    entry.sendZc(pair.left().fd(), out, 0, 10, 0, IoUring.IORING_SEND_ZC_REPORT_USAGE);
                } else if (way == 1) {
                    entry.sendZcFixed(pair.left().fd(), out, 0, 10, 0, 0);
                } else {
                    MessageHeader header = new MessageHeader(1, 0).addBuffer(out, 0, 10);
                    boolean fixed = way == 3;
                    if (fixed && !ring.capabilities().supports(Operation.READV_FIXED)) {
                        // A vector of parts of a registered buffer came with Linux 6.15.
                        continue;
                    }
                    Sqe sqe = fixed
                            ? entry.sendmsgZcFixed(pair.left().fd(), header, 0, 0)
                            : entry.sendmsgZc(pair.left().fd(), header, 0, 0);
                    sqe.userData(way);
                }
                ring.submit();
                assertThat(Sockets.read(pair.right())).isEqualTo("not copied");
                List<Completions.Completion> two = Completions.await(ring, 2);
                assertThat(two.get(0).result()).isEqualTo(10);
                assertThat(CqeFlags.hasMore(two.get(0).flags())).isTrue();
                assertThat(CqeFlags.isNotification(two.get(1).flags())).isTrue();
                assertThat(CqeFlags.hasMore(two.get(1).flags())).isFalse();
            }
        }
    }
}
