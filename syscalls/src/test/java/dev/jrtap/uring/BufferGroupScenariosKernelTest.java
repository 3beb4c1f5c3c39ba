// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of buffers that several operations, or both ways to provide them, share, as in liburing's tests. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BufferGroupScenariosKernelTest {

    private static final int GROUP = 3;
    private static final int SIZE = 256;
    private static final int PIECE = 128;
    private static final int STREAMS = 4;

    /** buf-ring: a group is either a ring or not, and is given up once. */
    @ParameterizedTest
    @ValueSource(ints = {1, 127})
    void aGroupIsOfOneKind(int id) throws IOException {
        Memory memory = Memory.allocate(8 * SIZE);
        try (Ring ring = RingProfile.PLAIN.open(2)) {
            BufferRing group = ring.bufferRing(id, 32);
            claim(ring).provideBuffers(memory, SIZE, 8, id, 0);
            assertThat(Results.next(ring).result()).isIn(-Errno.EEXIST, -Errno.EINVAL);
            Refusals.assertRefused(() -> ring.bufferRing(id, 32), Errno.EEXIST, "already");
            group.unregister();
            assertThatThrownBy(group::unregister).isInstanceOf(IllegalStateException.class);
            claim(ring).provideBuffers(memory, SIZE, 8, id, 0);
            assertThat(Results.next(ring).result()).isNotNegative();
            Refusals.assertRefused(() -> ring.bufferRing(id, 32), Errno.EEXIST, "already");
        }
    }

    /** buf-ring-upgrade: a group whose only buffer is taken becomes a ring, and lends what the ring has. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void aGroupBecomesARingWhenItsBuffersAreTaken(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(3 * SIZE);
        try (Ring ring = profile.open(4);
                Pipe pipe = Pipe.open();
                Sockets.Pair pair = Sockets.pair(Sockets.DATAGRAM)) {
            // Linux 6.1 does not forget how far a group was used that is registered again.
            for (int round = 0; round < 20; round++) {
                int group = GROUP + round;
                claim(ring).provideBuffers(memory, SIZE, 1, group, 0);
                assertThat(Results.next(ring).result()).isNotNegative();
                Refusals.assertRefused(() -> ring.bufferRing(group, 2), Errno.EEXIST, "already");
                // Whether the worker gives it back is up to the kernel: the message has no byte.
                claim(ring).recvProvided(pair.left().fd(), 1, 0, group).async().userData(1);
                ring.submit();
                assertThat(Syscalls.libc().send(pair.right().fd(), memory.address(), 0, 0))
                        .isZero();
                assertThat(Results.next(ring).result()).isZero();
                claim(ring).removeBuffers(1, group);
                assertThat(Results.next(ring).result()).isIn(0, 1, -Errno.ENOENT);
                BufferRing lender = ring.bufferRing(group, 2);
                lender.offer(memory, SIZE, SIZE, 1);
                lender.offer(memory, 2 * SIZE, SIZE, 2);
                lender.publish();
                for (int id = 1; id <= 2; id++) {
                    pipe.put(new byte[] {(byte) id});
                    claim(ring).readProvided(pipe.reader(), 1, 0, group);
                    Completions.Completion one = Results.next(ring);
                    assertThat(one.result()).isEqualTo(1);
                    assertThat(CqeFlags.bufferId(one.flags())).isEqualTo(id);
                    assertThat(memory.getU8(id * SIZE)).isEqualTo(id);
                }
                claim(ring).readProvided(pipe.reader(), 1, 0, group);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENOBUFS);
                lender.unregister();
            }
        }
    }

    /** buf-ring-put: ten groups in memory of the kernel, with small numbers and large ones, are given up. */
    @ParameterizedTest
    @EnumSource(value = RingProfile.class, names = "REGISTERED_FD_ONLY", mode = EnumSource.Mode.EXCLUDE)
    void groupsInMemoryOfTheKernelAreGivenUp(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(SIZE);
        try (Ring ring = profile.open(2)) {
            Resources before = Resources.now();
            Refusals.require(
                    "PBUF_RING KERNEL_MEMORY",
                    "6.4",
                    () -> ring.bufferRing(GROUP, 4, BufferRing.Option.KERNEL_MEMORY)
                            .unregister());
            List<BufferRing> groups = new ArrayList<>();
            for (int id = 60; id < 70; id++) {
                groups.add(ring.bufferRing(id, 512, BufferRing.Option.KERNEL_MEMORY));
                groups.get(id - 60).offer(memory, 0, SIZE, 0);
            }
            assertThat(Resources.now().ringMappings()).isEqualTo(before.ringMappings() + 10);
            for (BufferRing group : groups) {
                group.unregister();
                assertThatThrownBy(() -> group.offer(memory, 0, SIZE, 0)).isInstanceOf(IllegalStateException.class);
            }
            Resources.assertNothingSince(before);
        }
    }

    /** Rings by how many buffers the streams share, and how many pieces each of them brings. */
    static List<Arguments> loads() {
        List<Arguments> loads = new ArrayList<>();
        for (RingProfile profile : RingProfile.values()) {
            loads.add(Arguments.of(profile, 32, new int[] {32, 32, 32, 32}));
            loads.add(Arguments.of(profile, 8, new int[] {64, 64, 64, 64}));
            loads.add(Arguments.of(profile, 32, new int[] {128, 8, 8, 8}));
        }
        return loads;
    }

    /** buf-ring-mshot: each stream gets its own bytes, all of them, though the streams take buffers from one group. */
    @ParameterizedTest
    @MethodSource("loads")
    void streamsShareAGroup(RingProfile profile, int buffers, int[] pieces) throws Exception {
        Memory memory = Memory.allocate(buffers * SIZE);
        List<Sockets.Pair> streams = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        int[] received = new int[STREAMS];
        try (Ring ring = profile.open(128)) {
            BufferRing group = Results.provide(ring, GROUP, memory, buffers, SIZE);
            for (int i = 0; i < STREAMS; i++) {
                streams.add(Sockets.tcp());
                claim(ring).recvMultishot(streams.get(i).left().fd(), 0, GROUP).userData(i);
            }
            assertThat(ring.submit()).isEqualTo(STREAMS);
            for (int i = 0; i < STREAMS; i++) {
                Fd out = streams.get(i).right();
                String piece = String.valueOf((char) ('a' + i)).repeat(PIECE);
                int count = pieces[i];
                senders.add(new Thread(() -> {
                    for (int k = 0; k < count; k++) {
                        Sockets.write(out, piece);
                    }
                    out.close();
                }));
                senders.get(i).start();
            }
            int ended = 0;
            while (ended < STREAMS) {
                Completions.Completion one = Results.next(ring);
                int stream = (int) one.userData();
                if (one.result() > 0) {
                    received[stream] += one.result();
                    assertThat(CqeFlags.hasBuffer(one.flags())).isTrue();
                    int id = CqeFlags.bufferId(one.flags());
                    byte[] expected = new byte[one.result()];
                    Arrays.fill(expected, (byte) ('a' + stream));
                    assertThat(RingFiles.bytes(memory, id * SIZE, one.result())).isEqualTo(expected);
                    group.offer(memory, id * SIZE, SIZE, id);
                    group.publish();
                } else {
                    assertThat(one.result()).isIn(0, -Errno.ENOBUFS);
                    ended += one.result() == 0 ? 1 : 0;
                }
                if (one.result() != 0 && !CqeFlags.hasMore(one.flags())) {
                    claim(ring)
                            .recvMultishot(streams.get(stream).left().fd(), 0, GROUP)
                            .userData(stream);
                }
            }
            for (Thread sender : senders) {
                sender.join();
            }
        } finally {
            streams.forEach(Sockets.Pair::close);
        }
        for (int i = 0; i < STREAMS; i++) {
            assertThat(received[i]).isEqualTo(pieces[i] * PIECE);
        }
    }
}
