// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Connects that are made by workers, and connects that nobody answers, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectScenariosKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final long SHORT = 2_000_000;

    /** One that has room for a single connection that is not accepted: the next client waits for an answer. */
    private static Fd listenerForOne() {
        Fd listener = Sockets.bound(Sockets.ipv4(0), Sockets.STREAM);
        Sockets.check(SYS.listen(listener.fd(), 0), "listen");
        return listener;
    }

    /** connect: by a worker, to one that listens and to one that does not. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void connectsByAWorker(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0));
                Fd silent = Sockets.bound(Sockets.ipv4(0), Sockets.STREAM);
                Fd client = Sockets.open(Sockets.INET, Sockets.STREAM);
                Fd refused = Sockets.open(Sockets.INET, Sockets.STREAM)) {
            claim(ring).connect(client.fd(), Sockets.nameOf(listener)).async();
            assertThat(Results.next(ring).result()).isZero();
            assertThat(Sockets.nameOf(client)).isNotNull();
            claim(ring).accept(listener.fd(), 0);
            try (Fd accepted = Fd.own(SYS, Results.next(ring).result())) {
                Sockets.write(client, "connected");
                assertThat(Sockets.read(accepted)).isEqualTo("connected");
            }
            claim(ring).connect(refused.fd(), Sockets.nameOf(silent)).async();
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ECONNREFUSED);
        }
    }

    /** connect: a linked timeout ends one that is not answered. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void boundsTheTimeOfAConnect(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = listenerForOne();
                Fd first = Sockets.open(Sockets.INET, Sockets.STREAM);
                Fd second = Sockets.open(Sockets.INET, Sockets.STREAM)) {
            SockAddr address = Sockets.nameOf(listener);
            claim(ring).connect(first.fd(), address);
            assertThat(Results.next(ring).result()).isZero();
            claim(ring).connect(second.fd(), address).userData(1).link();
            claim(ring).linkTimeout(SHORT, 0).userData(2);
            List<Completions.Completion> both = Completions.await(ring, 2);
            assertThat(Results.of(both, 1)).isEqualTo(-Errno.ECANCELED);
            assertThat(Results.of(both, 2)).isEqualTo(-Errno.ETIME);
        }
    }

    /** conn-unreach: one that is not answered ends when its socket is shut down, and the socket tells its state. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void endsWhenTheSocketIsShutDown(RingProfile profile) throws IOException {
        Memory error = Memory.allocate(2 * Integer.BYTES);
        error.putI32(Integer.BYTES, Integer.BYTES);
        try (Ring ring = profile.open(8);
                Fd listener = listenerForOne();
                Fd first = Sockets.connectedTo(listener);
                Fd second = Sockets.open(Sockets.INET, Sockets.STREAM)) {
            assertThat(first.isOpen()).isTrue();
            claim(ring).connect(second.fd(), Sockets.nameOf(listener)).userData(1);
            ring.submit();
            claim(ring).nop().userData(3);
            assertThat(Results.next(ring).userData()).isEqualTo(3);
            claim(ring).shutdown(second.fd(), SysSocket.SHUT_RDWR).userData(2);
            List<Completions.Completion> both = Completions.await(ring, 2);
            assertThat(Results.of(both, 2)).isIn(0, -Errno.ENOTCONN);
            assertThat(Results.of(both, 1)).isEqualTo(-Errno.ECONNRESET);
            assertThat(SYS.getsockopt(
                            second.fd(),
                            SysSocket.SOL_SOCKET,
                            SysSocket.SO_ERROR,
                            error.address(),
                            error.address(Integer.BYTES, Integer.BYTES)))
                    .isZero();
            error.keepAlive();
        }
    }
}
