// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Resources;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.syscall.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ends in one process. */
@Timeout(60)
@SuppressWarnings("try") // a server is there as long as its block, and not mentioned in it
class HandoverNetnsTest {

    static final Syscalls SYS = Syscalls.libc();
    static final int UID = POSIXFactory.getNativePOSIX().geteuid();
    static final SockAddr ADDRESS = SockAddr.ofUnixAbstract("jrtap-handover");
    static final long PATIENCE_NANOS = 10_000_000_000L;

    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void lendsAQueueThatReceivesAndSends(TapProfile profile) throws Exception {
        Resources before = resources(profile);
        try (TapLink port = new TapLink(profile);
                PacketPool pool = PacketPool.forMtu(64, 1500);
                QueueServer server = serve(port)) {
            RtapConfig config = profile.config().withRingSize(16);
            port.rtap.configure(2, 2);
            try (SharedQueue shared = SharedQueue.borrow(profile.syscalls(), ADDRESS, 1, config)) {
                QueuePair borrowed = shared.openQueue(pool);
                assertThat(shared.isPrimaryAlive()).isTrue();
                assertThat(shared.device().name()).isEqualTo(port.rtap.name());
                assertThat(shared.device().hasNapi()).isEqualTo(profile.napi);
                assertThatThrownBy(() -> port.rtap.openQueue(1, port.pool))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("queue pair 1 is lent to another process");
                assertThatThrownBy(() -> SharedQueue.borrow(ADDRESS, 1, config))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("queue pair 1 is lent to another process");

                assertSends(port, pool, borrowed);
                // With its own only queue closed, all that comes goes to the borrowed one.
                port.queue.close();
                port.wire.inject(Frames.experimental(60));
                Burst burst = new Burst(pool, 1);
                assertThat(borrowed.rx().await(PATIENCE_NANOS)).isTrue();
                borrowed.rx().receive(burst);
                assertThat(burst.length(0)).isEqualTo(60);
                burst.release();
            }
            awaitFree(port, 1);
        }
        Resources.assertNothingSince(before);
    }

    /** All of them, or none: and each carries its share. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void lendsSeveralQueuesInOneHandover(TapProfile profile) throws Exception {
        Resources before = resources(profile);
        Syscalls sys = profile.syscalls();
        RtapConfig config = profile.config().withRingSize(64);
        try (TapLink port = new TapLink(profile);
                PacketPool pool = PacketPool.forMtu(512, 1500);
                QueueServer server = serve(port)) {
            port.rtap.configure(4, 4);
            try (SharedQueue shared = SharedQueue.borrow(sys, ADDRESS, UID, List.of(3, 1), config)) {
                assertThat(shared.device().queues()).isEqualTo(2);
                List<QueuePair> borrowed = List.of(
                        shared.device().openQueue(0, pool), shared.device().openQueue(1, pool));
                assertThatThrownBy(() -> SharedQueue.borrow(sys, ADDRESS, UID, List.of(2, 1), config))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("queue pair 1 is lent to another process");
                awaitFree(port, 2);
                port.queue.close();
                for (int flow = 0; flow < 64; flow++) {
                    port.wire.inject(Numbered.toDevice(port.rtap.mode(), flow, flow, 0, 100));
                }
                Burst burst = new Burst(pool, 64);
                for (QueuePair pair : borrowed) {
                    assertSends(port, pool, pair);
                    assertThat(pair.rx().await(PATIENCE_NANOS)).isTrue();
                }
                int received = 0;
                long end = System.nanoTime() + PATIENCE_NANOS;
                for (int turn = 0; received < 64 && System.nanoTime() < end; turn++) {
                    received += borrowed.get(turn % 2).rx().receive(burst);
                    burst.release();
                }
                assertThat(received).isEqualTo(64);
            }
            awaitFree(port, 1);
            awaitFree(port, 3);
        }
        Resources.assertNothingSince(before);
    }

    private static void assertSends(TapLink port, PacketPool pool, QueuePair borrowed) throws InterruptedException {
        Burst burst = new Burst(pool, 1);
        byte[] frame = Frames.experimental(77);
        burst.add();
        burst.length(0, frame.length);
        burst.memory().putBytes(burst.offset(0), frame, 0, frame.length);
        assertThat(borrowed.tx().send(burst)).isEqualTo(1);
        assertThat(port.wire.capture(Frames.EXPERIMENTAL)).isEqualTo(frame);
    }

    static void awaitFree(TapLink port, int index) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                port.rtap.openQueue(index, port.pool).close();
                return;
            } catch (IllegalStateException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(1);
            }
        }
    }

    static Resources resources(TapProfile profile) throws IOException {
        // What is loaded and opened once by all of this stays.
        try (TapLink port = new TapLink(profile);
                QueueServer server = serve(port)) {
            port.rtap.configure(2, 2);
            SharedQueue.borrow(ADDRESS, 1, profile.config()).close();
        }
        return Resources.now();
    }

    static QueueServer serve(TapLink port) throws ErrnoException {
        return QueueServer.open(port.rtap, ADDRESS, Set.of(UID));
    }

    static UnixSocket connect() throws Exception {
        while (true) {
            try {
                return UnixSocket.connect(SYS, ADDRESS);
            } catch (ErrnoException e) {
                assertThat(e.errno()).isEqualTo(Errno.EAGAIN);
                Thread.sleep(1);
            }
        }
    }

    @Test
    void leavesNoSocketFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("queues");
        SockAddr address = SockAddr.ofUnixPath(file.toString());
        try (TapLink port = new TapLink(TapProfile.NAPI_MULTISHOT)) {
            try (QueueServer server = QueueServer.open(port.rtap, address, Set.of(UID))) {
                assertThat(file).exists();
                assertThatThrownBy(() -> QueueServer.open(port.rtap, address, Set.of(UID)))
                        .isInstanceOf(ErrnoException.class)
                        .hasMessageContaining("EADDRINUSE")
                        .hasMessageContaining("another process listens there");
            }
            assertThat(Files.exists(file)).isFalse();
        }
    }

    /** A peer hangs up and keeps the descriptor: the queue carries nothing any more, and what waited in it is saved. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void aQueueThatIsTakenBackCarriesNothing(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile.syscalls(), profile.config().withRingSize(128));
                QueueServer server = serve(port)) {
            port.rtap.configure(2, 2);
            int kept;
            try (UnixSocket peer = UnixSocket.connect(SYS, ADDRESS)) {
                peer.send(Handover.request(1), Handover.REQUEST_SIZE, UnixSocket.NO_DESCRIPTOR);
                kept = awaitDescriptor(peer);
                for (int i = 0; i < 64; i++) {
                    byte[] frame = Frames.of(Frames.Kind.UDP4, 0, 0, new byte[20], 0);
                    frame[35] = (byte) i;
                    port.wire.inject(frame);
                }
            }
            try (Fd descriptor = Fd.own(SYS, kept)) {
                awaitFree(port, 1);
                int received = 0;
                while (received < 64 && port.queue.rx().await(PATIENCE_NANOS)) {
                    received += port.queue.rx().receive(port.burst);
                    port.burst.release();
                }
                assertThat(received + port.rtap.statistics().missed()).isEqualTo(64);
                port.wire.inject(Frames.experimental(60));
                Memory buffer = Memory.allocate(2048);
                assertThat(SYS.read(descriptor.fd(), buffer.address(), 2048)).isNegative();
                buffer.keepAlive();
            }
        }
    }

    static int awaitDescriptor(UnixSocket peer) throws Exception {
        Memory answer = Memory.allocate(Handover.ANSWER_SIZE);
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (peer.receive(answer) < 0) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(1);
        }
        int descriptor = peer.takeDescriptor();
        assertThat(descriptor).isNotEqualTo(UnixSocket.NO_DESCRIPTOR);
        return descriptor;
    }
}
