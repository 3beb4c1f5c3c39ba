// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringRecvmsgOut;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Receiving into several buffers of a group at once, and into what is left of one: no byte is lost, moved or cut. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BundleKernelTest {

    private static final int GROUP = 5;
    private static final int BUFFERS = 4;
    private static final int SIZE = 1024;
    private static final int TOTAL = 1 << 20;

    private static void requireBundle(Ring ring) {
        Feature.require(
                "RECVSEND_BUNDLE",
                ring.capabilities().has(RingFeature.RECVSEND_BUNDLE),
                "Linux 6.10 or newer is needed");
    }

    private static void offer(BufferRing group, Memory memory, int buffers, int size) {
        for (int id = 0; id < buffers; id++) {
            group.offer(memory, id * size, size, id);
        }
        group.publish();
    }

    /**
     * recv-bundle-buf-len: one that finds nothing takes no buffer and shortens none, though it has asked for one byte.
     */
    @Test
    void aBundleThatFailsLeavesTheBufferWhole() throws IOException {
        Memory memory = Memory.allocate(2 * 4096);
        try (Ring ring = RingProfile.PLAIN.open(8);
                Sockets.Pair empty = Sockets.pair(Sockets.DATAGRAM);
                Pipe pipe = Pipe.open()) {
            requireBundle(ring);
            offer(ring.bufferRing(GROUP, 2), memory, 2, 4096);
            ring.submission()
                    .claim()
                    .recvBundle(empty.left().fd(), SysSocket.MSG_DONTWAIT, GROUP)
                    .put32(IoUringSqe.LEN, 1);
            Completions.Completion failed = Results.next(ring);
            assertThat(failed.result()).isEqualTo(-Errno.EAGAIN);
            assertThat(CqeFlags.hasBuffer(failed.flags())).isFalse();
            pipe.put(new byte[4096]);
            ring.submission().claim().readProvided(pipe.reader(), 4096, 0, GROUP);
            Completions.Completion whole = Results.next(ring);
            Feature.require(
                    "bundles that leave lengths", whole.result() == 4096, "the kernel has cut the buffer to 1 byte");
            assertThat(CqeFlags.hasBuffer(whole.flags())).isTrue();
            assertThat(CqeFlags.bufferId(whole.flags())).isZero();
        }
    }

    /** recv-bundle-buf-len: one that asks for less than there is gets that, at the beginning of the first buffer. */
    @Test
    void aBundleIsNoLongerThanItAsksFor() throws IOException {
        Memory memory = Memory.allocate(2 * 4096);
        try (Ring ring = RingProfile.PLAIN.open(8);
                Sockets.Pair pair = Sockets.pair(Sockets.STREAM)) {
            requireBundle(ring);
            offer(ring.bufferRing(GROUP, 2), memory, 2, 4096);
            String sent = "0123456789".repeat(6);
            Sockets.write(pair.right(), sent);
            for (int part = 0; part < 2; part++) {
                ring.submission()
                        .claim()
                        .recvBundle(pair.left().fd(), SysSocket.MSG_DONTWAIT, GROUP)
                        .put32(IoUringSqe.LEN, 30);
                Completions.Completion one = Results.next(ring);
                assertThat(one.result()).isEqualTo(30);
                assertThat(CqeFlags.hasBuffer(one.flags())).isTrue();
                assertThat(CqeFlags.bufferId(one.flags())).isEqualTo(part);
                byte[] got = new byte[30];
                memory.getBytes(part * 4096, got, 0, 30);
                assertThat(new String(got, java.nio.charset.StandardCharsets.US_ASCII))
                        .isEqualTo(sent.substring(30 * part, 30 * part + 30));
            }
        }
    }

    /** recv-bundle-short-ooo: four receives share a socket and four buffers, and a megabyte arrives in its order. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void bundlesOfSeveralReceivesAreInOrder(RingProfile profile) throws Exception {
        Memory memory = Memory.allocate(BUFFERS * SIZE);
        try (Ring ring = profile.open(16);
                Sockets.Pair pair = Sockets.tcp()) {
            requireBundle(ring);
            BufferRing group = ring.bufferRing(GROUP, BUFFERS);
            offer(group, memory, BUFFERS, SIZE);
            Thread sender = new Thread(() -> send(pair));
            sender.start();
            for (int i = 0; i < BUFFERS; i++) {
                receive(ring, pair);
            }
            int received = 0;
            while (received < TOTAL) {
                Completions.Completion one = Results.next(ring);
                if (one.result() > 0) {
                    check(memory, one, received);
                    received += one.result();
                    int buffers = (one.result() + SIZE - 1) / SIZE;
                    for (int i = 0; i < buffers; i++) {
                        int id = CqeFlags.bufferId(one.flags()) + i & BUFFERS - 1;
                        group.offer(memory, id * SIZE, SIZE, id);
                    }
                    group.publish();
                } else {
                    assertThat(one.result()).isEqualTo(-Errno.ENOBUFS);
                }
                if (!CqeFlags.hasMore(one.flags())) {
                    receive(ring, pair);
                }
            }
            sender.join();
        }
    }

    private static void receive(Ring ring, Sockets.Pair pair) {
        ring.submission().claim().recvMultishot(pair.left().fd(), 0, GROUP, IoUring.IORING_RECVSEND_BUNDLE);
    }

    private static void send(Sockets.Pair pair) {
        Memory data = Memory.allocate(TOTAL);
        for (int at = 0; at < TOTAL; at++) {
            data.putI8(at, pattern(at));
        }
        int sent = 0;
        while (sent < TOTAL) {
            long now = pair.right().syscalls().write(pair.right().fd(), data.address() + sent, TOTAL - sent);
            if (now <= 0) {
                // The test has failed and closed the socket.
                return;
            }
            sent += (int) now;
        }
        data.keepAlive();
    }

    /** No two places within a power of two look alike. */
    private static byte pattern(int at) {
        return (byte) (at * 31 + at / 251);
    }

    private static void check(Memory memory, Completions.Completion one, int from) {
        int first = CqeFlags.bufferId(one.flags()) * SIZE;
        for (int i = 0; i < one.result(); i++) {
            assertThat(memory.getI8((first + i) % (BUFFERS * SIZE))).isEqualTo(pattern(from + i));
        }
    }

    /** recv-inc-ooo: chunks that do not end where buffers do lie one behind the other, over two buffers and more. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void bundlesIntoTheRestOfABufferAreInOrder(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(BUFFERS * SIZE);
        try (Ring ring = profile.open(16);
                Sockets.Pair pair = Sockets.tcp()) {
            requireBundle(ring);
            BufferRing[] group = new BufferRing[1];
            Refusals.require(
                    "PBUF_RING INCREMENTAL",
                    "6.12",
                    () -> group[0] = ring.bufferRing(GROUP, BUFFERS, BufferRing.Option.INCREMENTAL));
            offer(group[0], memory, BUFFERS, SIZE);
            receive(ring, pair);
            ring.submit();
            Memory data = Memory.allocate(2 * SIZE);
            for (int at = 0; at < 2 * SIZE; at++) {
                data.putI8(at, pattern(at));
            }
            int at = 0;
            for (int chunk : new int[] {512, 333, 777, 426}) {
                assertThat(pair.right().syscalls().write(pair.right().fd(), data.address() + at, chunk))
                        .isEqualTo(chunk);
                int end = at + chunk;
                while (at < end) {
                    Completions.Completion one = Results.next(ring);
                    assertThat(one.result()).isBetween(1, SIZE);
                    assertThat(CqeFlags.hasMore(one.flags())).isTrue();
                    for (int i = 0; i < one.result(); i++) {
                        assertThat(memory.getI8(at + i)).as("byte %s", at + i).isEqualTo(pattern(at + i));
                    }
                    at += one.result();
                }
                assertThat(at).isEqualTo(end);
            }
        }
    }

    /**
     * recvmsg-inc-tail: where the header of a message does not fit into the rest of a buffer, the next buffer is taken.
     */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aMessageThatDoesNotFitTheRestGoesToTheNextBuffer(RingProfile profile) throws IOException {
        int size = 4096;
        int header = IoUringRecvmsgOut.SIZEOF + SockAddr.CAPACITY;
        // Two fill a buffer; three leave 13 bytes of it.
        int[] lengths = {0, 0, 1, 1, 1, 1, 1, 1, 1};
        int[] expected = {0, 0, 1, 1, 1, 2, 2, 2, 3};
        Memory memory = Memory.allocate(BUFFERS * size);
        MessageHeader message = new MessageHeader(0, 0);
        ReceivedMessage view = new ReceivedMessage(message);
        try (Ring ring = profile.open(16);
                Sockets.Pair pair = Sockets.tcp()) {
            offer(leastLeft(ring, header), memory, BUFFERS, size);
            ring.submission().claim().recvmsgMultishot(pair.left().fd(), message, 0, GROUP);
            ring.submit();
            int[] used = new int[BUFFERS];
            Memory data = Memory.allocate(size);
            for (int i = 0; i < expected.length; i++) {
                int length = (lengths[i] == 0 ? size / 2 : (size - 13) / 3) - header;
                for (int at = 0; at < length; at++) {
                    data.putI8(at, pattern(i * size + at));
                }
                assertThat(pair.right().syscalls().write(pair.right().fd(), data.address(), length))
                        .isEqualTo(length);
                Completions.Completion one = Results.next(ring);
                int id = CqeFlags.bufferId(one.flags());
                assertThat(one.result()).as("message %s", i).isEqualTo(header + length);
                assertThat(id).as("buffer of message %s", i).isEqualTo(expected[i]);
                view.wrap(memory, id * size + used[id], one.result());
                assertThat(view.control().first()).isFalse();
                assertThat(view.payloadLength()).isEqualTo(length);
                for (int at = 0; at < length; at++) {
                    assertThat(memory.getI8(view.payloadAt() + at)).isEqualTo(pattern(i * size + at));
                }
                used[id] += one.result();
            }
        }
    }

    private static BufferRing leastLeft(Ring ring, int bytes) throws IOException {
        try {
            return ring.incrementalBufferRing(GROUP, BUFFERS, bytes);
        } catch (ErrnoException e) {
            assertThat(e.errno()).isEqualTo(Errno.EINVAL);
            Feature.require("PBUF_RING least rest", false, "Linux 7.0 or newer is needed");
            throw e;
        }
    }
}
