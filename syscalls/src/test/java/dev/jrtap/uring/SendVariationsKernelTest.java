// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** send-zerocopy: all ways to send, with a copy and without, of parts small and large. */
@Tag("any-user")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SendVariationsKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int PAGE = 4096;
    private static final int LARGE = 32 << 20;
    private static final int PIECE = 1 << 20;
    private static final int LARGEST_DATAGRAM = 1 << 15;
    private static final int CORKED = 5;
    private static final int RECEIVED = 1000;

    /** What of a send is in a registered buffer. */
    private enum Registered {
        NOTHING,
        ALL,
        SOME
    }

    /** Part of the buffer at {@code index} of the table. */
    private record Part(Memory buffer, int at, int length, int index) {}

    /** {@code vectors} is 0 where the send takes no header. */
    private record Way(
            int vectors, Registered registered, boolean corked, boolean zeroCopy, boolean pollFirst, boolean async) {

        /** Those that the kernel and {@code isTcp} allow: a stream has no corks in it, and a datagram few pieces. */
        static List<Way> all(boolean isTcp, Ring ring) {
            List<Way> ways = new ArrayList<>();
            for (int vectors : new int[] {0, 1, 4, 32}) {
                for (Registered registered : Registered.values()) {
                    for (int bits = 0; bits < 16; bits++) {
                        Way way = new Way(
                                vectors,
                                registered,
                                (bits & 1) != 0,
                                (bits & 2) != 0,
                                (bits & 4) != 0,
                                (bits & 8) != 0);
                        if (way.exists(isTcp, ring.capabilities().supports(Operation.READV_FIXED))) {
                            ways.add(way);
                        }
                    }
                }
            }
            return ways;
        }

        private boolean exists(boolean isTcp, boolean hasFixedVectors) {
            boolean isRegistered = registered != Registered.NOTHING;
            return !(corked && (isTcp || vectors > 1))
                    && !(registered == Registered.SOME && !corked)
                    && !(isRegistered && (!zeroCopy || vectors > 0 && !hasFixedVectors))
                    && (isTcp || vectors < 32);
        }
    }

    private Mapping large;
    private Mapping huge;
    private Mapping received;
    private final List<Part> parts = new ArrayList<>();

    @BeforeEach
    void fill() throws ErrnoException {
        large = Mapping.anonymous(LARGE);
        huge = HugePages.orOrdinary(2 * HugePages.SIZE);
        received = Mapping.anonymous(LARGE);
        byte[] content = RingFiles.pattern(PIECE, 9);
        for (Mapping mapping : List.of(large, huge)) {
            Memory memory = mapping.memory();
            for (int at = 0; at < memory.size(); at += PIECE) {
                memory.putBytes(at, content, 0, PIECE);
                // So that a piece in the place of another is noticed.
                memory.putI32(at + PIECE / 2, at);
            }
        }
        Memory whole = large.memory();
        int begin = PAGE + 27;
        Memory inside = huge.memory().slice(begin, 2 * HugePages.SIZE - begin);
        parts.add(new Part(whole.slice(0, 137), 0, 137, 0));
        parts.add(new Part(whole.slice(PAGE, PAGE), 0, PAGE, 1));
        parts.add(new Part(whole.slice(41, 2 * PAGE - 54), 0, 2 * PAGE - 54, 2));
        parts.add(new Part(inside, 13, inside.size() - 26, 3));
        parts.add(new Part(whole, 13, LARGE - 26, 4));
    }

    @AfterEach
    void unmap() {
        large.close();
        huge.close();
        received.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN"})
    void sendsDatagramsInEachWay(RingProfile profile) throws IOException {
        parts.removeIf(part -> part.length > LARGEST_DATAGRAM);
        try (Ring ring = profile.open(8)) {
            register(ring);
            List<Way> ways = Way.all(false, ring);
            for (int ends = 0; ends < 8; ends++) {
                SockAddr any = (ends & 1) != 0 ? Sockets.ipv6(0) : Sockets.ipv4(0);
                boolean isConnected = (ends & 2) != 0;
                boolean toldOfZeroCopy = (ends & 4) != 0;
                try (Fd sender = Sockets.bound(any, Sockets.DATAGRAM);
                        Fd receiver = Sockets.bound(any, Sockets.DATAGRAM)) {
                    SockAddr to = Sockets.nameOf(receiver);
                    if (isConnected) {
                        Sockets.check(SYS.connect(sender.fd(), to.memory().address(), to.length()), "connect");
                    }
                    sendEach(ring, ways, toldOfZeroCopy, new Ends(sender, receiver, to));
                    if (isConnected) {
                        sendEach(ring, ways, toldOfZeroCopy, new Ends(sender, receiver, null));
                    }
                }
            }
        }
    }

    /** All parts go over one of the kinds of connection, and the small ones over each. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN"})
    void sendsOverConnectionsInEachWay(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            register(ring);
            List<Way> ways = Way.all(true, ring);
            for (int ends = 0; ends < 8; ends++) {
                boolean isAccepted = (ends & 1) != 0;
                boolean toldOfZeroCopy = (ends & 2) != 0;
                try (Sockets.Pair tcp = Sockets.connection((ends & 4) != 0 ? Sockets.ipv6(0) : Sockets.ipv4(0))) {
                    Fd sender = isAccepted ? tcp.right() : tcp.left();
                    Fd receiver = isAccepted ? tcp.left() : tcp.right();
                    sendEach(ring, ways, toldOfZeroCopy, new Ends(sender, receiver, null));
                }
                parts.removeIf(part -> part.length > LARGEST_DATAGRAM);
            }
        }
    }

    private record Ends(Fd sender, Fd receiver, SockAddr to) {}

    /** A process that may not lock so much sends the parts that fit. */
    private void register(Ring ring) throws ErrnoException {
        Feature.require(
                "SENDMSG_ZC", ring.capabilities().supports(Operation.SENDMSG_ZC), "Linux 6.1 or newer is needed");
        try {
            ring.buffers().register(parts.stream().map(Part::buffer).toArray(Memory[]::new));
        } catch (ErrnoException e) {
            assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
            parts.removeIf(part -> part.length > LARGEST_DATAGRAM);
            ring.buffers().register(parts.stream().map(Part::buffer).toArray(Memory[]::new));
        }
    }

    private void sendEach(Ring ring, List<Way> ways, boolean toldOfZeroCopy, Ends ends) {
        if (toldOfZeroCopy) {
            Memory on = RingFiles.descriptors(1);
            int level = SysSocket.SOL_SOCKET;
            int option = SysSocket.SO_ZEROCOPY;
            Sockets.check(SYS.setsockopt(ends.sender.fd(), level, option, on.address(), 4), "setsockopt");
            on.keepAlive();
        }
        for (Way way : ways) {
            for (Part part : parts) {
                if ((way.zeroCopy || !toldOfZeroCopy) && (part.length <= LARGEST_DATAGRAM || sendsLargeParts(way))) {
                    send(ring, way, part, ends);
                }
            }
        }
    }

    /** Where long tests are short, a quarter of the ways. */
    private static boolean sendsLargeParts(Way way) {
        return Stress.times(100) >= 100 || !way.pollFirst && !way.async;
    }

    private void send(Ring ring, Way way, Part part, Ends ends) {
        Memory in = received.memory();
        in.zero(0, part.length);
        int[] lengths = new int[way.corked ? CORKED : 1];
        Arrays.fill(lengths, part.length / lengths.length);
        lengths[lengths.length - 1] += part.length % lengths.length;
        Random random = new Random(part.length + way.hashCode());
        int at = part.at;
        for (int i = 0; i < lengths.length; i++) {
            boolean isRegistered =
                    way.registered == Registered.ALL || way.registered == Registered.SOME && random.nextBoolean();
            boolean isLast = i == lengths.length - 1;
            int flags = SysSocket.MSG_WAITALL | (isLast ? 0 : SysSocket.MSG_MORE);
            Sqe sqe =
                    claimed(ring, way, part.buffer, at, lengths[i], flags, ends).userData(i);
            at += lengths[i];
            sqe.ioprio((way.pollFirst ? IoUring.IORING_RECVSEND_POLL_FIRST : 0)
                    | (isRegistered ? IoUring.IORING_RECVSEND_FIXED_BUF : 0));
            if (isRegistered) {
                sqe.put16(IoUringSqe.BUF_INDEX, part.index);
            }
            if (way.async) {
                sqe.async();
            }
            if (!isLast) {
                sqe.link();
            }
        }
        int receiver = ends.receiver.fd();
        claim(ring).recv(receiver, in, 0, part.length, SysSocket.MSG_WAITALL).userData(RECEIVED);
        String what = way + " of " + part.length + " bytes";
        assertCompletes(ring, way, lengths, part.length, what);
        for (int piece = 0; piece < part.length; piece += PIECE) {
            int length = Math.min(PIECE, part.length - piece);
            byte[] sent = RingFiles.bytes(part.buffer, part.at + piece, length);
            assertThat(Arrays.mismatch(sent, RingFiles.bytes(in, piece, length)))
                    .as("%s: the first that is wrong of those from %d on", what, piece)
                    .isEqualTo(-1);
        }
    }

    /** Each send of {@code lengths} and the receive of {@code all}, and a notification of each that says so. */
    private static void assertCompletes(Ring ring, Way way, int[] lengths, int all, String what) {
        for (int left = lengths.length + 1; left > 0; left--) {
            Completions.Completion one = Results.next(ring);
            boolean hasMore = CqeFlags.hasMore(one.flags());
            if (CqeFlags.isNotification(one.flags())) {
                assertThat(hasMore).as(what).isFalse();
            } else if (one.userData() == RECEIVED) {
                assertThat(one.result()).as(what).isEqualTo(all);
            } else {
                assertThat(one.result()).as(what).isEqualTo(lengths[(int) one.userData()]);
                assertThat(hasMore && !way.zeroCopy).as(what).isFalse();
                left += hasMore ? 1 : 0;
            }
        }
        assertThat(ring.inFlight()).as(what).isZero();
    }

    private static Sqe claimed(Ring ring, Way way, Memory from, int at, int length, int flags, Ends ends) {
        Operations entry = claim(ring);
        int fd = ends.sender.fd();
        if (way.vectors > 0) {
            MessageHeader header = header(way.vectors, from, at, length, ends.to);
            return way.zeroCopy ? entry.sendmsgZc(fd, header, flags, 0) : entry.sendmsg(fd, header, flags);
        }
        if (ends.to == null) {
            return way.zeroCopy
                    ? entry.sendZc(fd, from, at, length, flags, 0)
                    : entry.send(fd, from, at, length, flags);
        }
        return way.zeroCopy
                ? entry.sendToZc(fd, from, at, length, flags, ends.to)
                : entry.sendTo(fd, from, at, length, flags, ends.to);
    }

    /** One byte, most of them, and then one byte each. */
    private static MessageHeader header(int vectors, Memory from, int at, int length, SockAddr to) {
        MessageHeader header = new MessageHeader(vectors, 0);
        int begin = at;
        for (int i = 0; i < vectors; i++) {
            int size = vectors == 1 ? length : i == 1 ? length - vectors + 1 : 1;
            header.addBuffer(from, begin, size);
            begin += size;
        }
        return to == null ? header : header.to(to);
    }
}
