// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.MessageHeader;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rings that files keep open, and that keep files open, as in liburing's ring-leak: each is over when its pipe's other
 * end hangs up.
 */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CycleScenariosKernelTest {

    /** One read waits for the file, and the other in a worker. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void itsFilesAreClosedThoughOperationsWaitForThem(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        try (Pipe pipe = Pipe.open()) {
            try (Ring ring = profile.open(8)) {
                ring.files().register(pipe.reader(), pipe.writer());
                pipe.out().close();
                ring.submission().claim().read(0, Memory.allocate(10), 0).fixedFile();
                ring.submission()
                        .claim()
                        .read(0, Memory.allocate(10), 0)
                        .fixedFile()
                        .async();
                assertThat(ring.submit()).isEqualTo(2);
            }
            assertHangsUp(pipe);
        }
        Resources.assertNothingSince(before);
    }

    /**
     * A ring's own descriptor waits in a socket of which the ring has both ends: kernels refuse to send it, or find the
     * cycle. Registered at once, and into a table that is there.
     */
    @ParameterizedTest
    @EnumSource(value = RingProfile.class, names = "REGISTERED_FD_ONLY", mode = EnumSource.Mode.EXCLUDE)
    void aRingThatIsSentIntoItsOwnFilesEnds(RingProfile profile) throws IOException {
        for (boolean update : new boolean[] {false, true}) {
            Resources before = Resources.now();
            try (Pipe pipe = Pipe.open()) {
                try (Ring ring = profile.open(8);
                        Sockets.Pair pair = Sockets.pair(Sockets.DATAGRAM)) {
                    // Sockets that hold descriptors of rings had to be told apart before Linux 6.7.
                    int sent = send(pair.left().fd(), ring.messageFd());
                    int[] files = {
                        pipe.reader(),
                        pipe.writer(),
                        pair.left().fd(),
                        pair.right().fd()
                    };
                    if (update) {
                        ring.files().registerSparse(4);
                        assertThat(ring.files().update(0, files)).isEqualTo(4);
                    } else {
                        ring.files().register(files);
                    }
                    pipe.out().close();
                    assertThat(sent).isIn(1, -Errno.EINVAL);
                }
                assertHangsUp(pipe);
            }
            Resources.assertNothingSince(before);
        }
    }

    /** Sends a descriptor with one byte; returns what sendmsg(2) does. */
    private static int send(int socket, int descriptor) throws IOException {
        MessageHeader header = new MessageHeader(1, 24).addBuffer(Memory.allocate(1), 0, 1);
        header.control()
                .add(SysSocket.SOL_SOCKET, SysSocket.SCM_RIGHTS, Integer.BYTES)
                .putI32(0, descriptor);
        try (Ring sender = RingProfile.PLAIN.open(4)) {
            sender.submission().claim().sendmsg(socket, header, 0);
            return Results.next(sender).result();
        }
    }

    private static void assertHangsUp(Pipe pipe) {
        // The kernel looks for cycles when a socket is closed.
        Sockets.open(Sockets.UNIX, Sockets.DATAGRAM).close();
        Memory in = Memory.allocate(10);
        assertThat(pipe.in().syscalls().read(pipe.reader(), in.address(), in.size()))
                .as("the end of the pipe")
                .isZero();
        in.keepAlive();
    }
}
