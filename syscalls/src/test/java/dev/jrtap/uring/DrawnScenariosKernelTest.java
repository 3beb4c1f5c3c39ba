// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Scenarios of liburing's tests that assert more than the tests of the methods they are about. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DrawnScenariosKernelTest {

    private static final int FILES = 64;
    private static final int BATCH = 16;
    private static final long UPDATE = 1000;

    /** cq-ready: what waits is counted down as it is taken. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void countsWhatIsReady(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(4)) {
            assertThat(ring.completion().ready()).isZero();
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 4; i++) {
                    ring.submission().claim().nop();
                }
                assertThat(ring.await(4, Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo(4);
                for (int left = 4; left > 0; left--) {
                    assertThat(ring.completion().ready()).isEqualTo(left);
                    assertThat(ring.completion().next()).isTrue();
                }
                assertThat(ring.completion().ready()).isZero();
                assertThat(ring.completion().next()).isFalse();
            }
        }
    }

    /** cancel-fd-userdata: of two files and two user data only what has both is canceled. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cancelsWhatHasBothTheFileAndTheUserData(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(16);
                Sockets.Pair one = Sockets.pipe();
                Sockets.Pair other = Sockets.pipe()) {
            for (int i = 0; i < 3; i++) {
                ring.submission().claim().pollAdd(one.left().fd(), Poll.POLLIN).userData(1);
                ring.submission()
                        .claim()
                        .pollAdd(other.left().fd(), Poll.POLLIN)
                        .userData(1);
                ring.submission().claim().pollAdd(one.left().fd(), Poll.POLLIN).userData(2);
            }
            ring.submit();
            ring.submission().claim().cancelFd(one.left().fd(), 1).userData(3);
            List<Completions.Completion> canceled = Completions.await(ring, 4);
            boolean isExact = canceled.stream().noneMatch(c -> c.userData() == 2);
            Feature.require("cancel by two keys", isExact, "before Linux 6.6 all on the file are canceled");
            assertThat(Results.of(canceled, 3)).isEqualTo(3);
            assertThat(canceled)
                    .filteredOn(c -> c.userData() == 1)
                    .hasSize(3)
                    .allMatch(c -> c.result() == -Errno.ECANCELED);
            assertThat(ring.inFlight()).isEqualTo(6);
            ring.submission().claim().cancelFd(other.left().fd()).userData(4);
            assertThat(Results.of(Completions.await(ring, 4), 4)).isEqualTo(3);
        }
    }

    /** poll-mshot-update: polls of many files are changed while they fire, and no byte goes unnoticed. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void pollsThatAreChangedWhileTheyFireMissNothing(RingProfile profile) throws IOException {
        Random random = new Random(profile.ordinal());
        List<Pipe> pipes = new ArrayList<>();
        try (Ring ring = profile.open(256)) {
            for (int i = 0; i < FILES; i++) {
                pipes.add(Pipe.open());
                ring.submission()
                        .claim()
                        .pollMultishot(pipes.get(i).reader(), Poll.POLLIN)
                        .userData(i);
            }
            ring.submit();
            for (int round = 0; round < 20; round++) {
                boolean[] triggered = new boolean[FILES];
                for (int i = 0; i < BATCH; i++) {
                    int file;
                    do {
                        file = random.nextInt(FILES);
                    } while (triggered[file]);
                    triggered[file] = true;
                    pipes.get(file).put(new byte[1]);
                    if (i == BATCH / 2) {
                        change(ring, pipes);
                    }
                }
                takeAll(ring, pipes, triggered);
            }
        } finally {
            pipes.forEach(Pipe::close);
        }
    }

    private static void change(Ring ring, List<Pipe> pipes) {
        for (int i = 0; i < pipes.size(); i++) {
            RingFiles.claim(ring).pollUpdate(i, Poll.POLLIN).userData(UPDATE + i);
        }
        ring.submit();
    }

    private static void takeAll(Ring ring, List<Pipe> pipes, boolean[] triggered) {
        int taken = 0;
        while (taken < BATCH) {
            Completions.Completion one = Results.next(ring);
            int file = (int) (one.userData() % UPDATE);
            if (one.userData() >= UPDATE) {
                // It may be firing right now.
                assertThat(one.result()).isIn(0, -Errno.ENOENT, -Errno.EALREADY);
                continue;
            }
            if (one.result() > 0 && triggered[file]) {
                triggered[file] = false;
                taken++;
                pipes.get(file).take(1);
            }
            if (!CqeFlags.hasMore(one.flags())) {
                RingFiles.claim(ring)
                        .pollMultishot(pipes.get(file).reader(), Poll.POLLIN)
                        .userData(file);
            }
        }
    }

    /** file-alloc-range-hint: a slot outside that becomes free is not chosen. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void slotsThatBecomeFreeOutsideAreNotChosen(RingProfile profile) throws IOException {
        for (int[] way : new int[][] {{10, 5}, {0, 15}}) {
            try (Ring ring = profile.open(8);
                    Pipe pipe = Pipe.open()) {
                ring.files().registerSparse(20);
                ring.files().allocateFrom(way[0], 10);
                ring.files().update(way[1], pipe.reader());
                // One that stays is no reason to look beyond it, either.
                if (way[0] > 0) {
                    ring.files().update(way[1], FixedFiles.EMPTY);
                }
                for (int i = 0; i < 10; i++) {
                    ring.submission()
                            .claim()
                            .openat(Fcntl.AT_FDCWD, "/dev/null", Fcntl.O_RDONLY, 0)
                            .intoSlot(Operations.ANY_SLOT);
                    int slot = Results.next(ring).result();
                    boolean isInside = slot >= way[0] && slot < way[0] + 10;
                    Feature.require("hints inside the range", isInside, "the kernel has chosen slot " + slot);
                }
                ring.submission()
                        .claim()
                        .openat(Fcntl.AT_FDCWD, "/dev/null", Fcntl.O_RDONLY, 0)
                        .intoSlot(Operations.ANY_SLOT);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENFILE);
            }
        }
    }

    /** msg-ring: to itself; and neither to what is no ring nor to one that is not driven yet. */
    @ParameterizedTest
    @EnumSource(value = RingProfile.class, mode = EnumSource.Mode.EXCLUDE, names = "REGISTERED_FD_ONLY")
    void messagesGoToRingsThatAreDriven(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Ring idle = RingProfile.SINGLE_ISSUER.open(8);
                Pipe pipe = Pipe.open()) {
            ring.submission().claim().msgRing(ring, 0x10, 0x1234).userData(1);
            List<Completions.Completion> own = Completions.await(ring, 2);
            assertThat(Results.of(own, 1)).isZero();
            assertThat(Results.of(own, 0x1234)).isEqualTo(0x10);
            ring.submission().claim().msgRing(pipe.reader(), 1, 2).userData(3);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADFD);
            ring.submission().claim().msgRing(idle, 1, 2).userData(3);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADFD);
        }
    }

    /**
     * send-zerocopy: large pieces arrive whole, and on loopback the notification says that they were copied after all.
     */
    @Test
    void sendsLargePiecesAndSaysThatTheyWereCopied() throws IOException {
        int size = 1 << 18;
        Memory out = Memory.allocate(size);
        Memory in = Memory.allocate(size);
        for (int at = 0; at < size; at++) {
            out.putI8(at, at * 31 + at / 251);
        }
        try (Ring ring = RingProfile.PLAIN.open(16);
                Sockets.Pair pair = Sockets.tcp()) {
            Feature.require(
                    "SENDMSG_ZC", ring.capabilities().supports(Operation.SENDMSG_ZC), "Linux 6.1 or newer is needed");
            ring.buffers().register(out);
            for (boolean fixed : new boolean[] {false, true}) {
                in.zero(0, size);
                int flags = IoUring.IORING_SEND_ZC_REPORT_USAGE | (fixed ? IoUring.IORING_RECVSEND_FIXED_BUF : 0);
                ring.submission()
                        .claim()
                        .sendZc(pair.left().fd(), out, 0, size, SysSocket.MSG_WAITALL, flags)
                        .userData(1);
                ring.submission()
                        .claim()
                        .recv(pair.right().fd(), in, 0, size, SysSocket.MSG_WAITALL)
                        .userData(2);
                boolean isReported = false;
                for (Completions.Completion one : Completions.await(ring, 3)) {
                    if (CqeFlags.isNotification(one.flags())) {
                        isReported = one.result() == IoUring.IORING_NOTIF_USAGE_ZC_COPIED;
                    } else if (one.result() == -Errno.EINVAL) {
                        Feature.require("SEND_ZC REPORT_USAGE", false, "Linux 6.2 or newer is needed");
                    } else {
                        assertThat(one.result()).isEqualTo(size);
                    }
                }
                assertThat(isReported).isTrue();
                for (int at = 0; at < size; at++) {
                    assertThat(in.getI8(at)).isEqualTo(out.getI8(at));
                }
            }
        }
    }

    /** send-zerocopy: to an address, by a socket that is not connected. */
    @Test
    void sendsDatagramsWithoutACopy() throws IOException {
        Memory out = Memory.ofString("datagram");
        Memory in = Memory.allocate(64);
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd sender = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
                Fd receiver = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM)) {
            Feature.require("SEND_ZC", ring.capabilities().supports(Operation.SEND_ZC), "Linux 6.0 or newer is needed");
            ring.submission()
                    .claim()
                    .sendToZc(sender.fd(), out, 0, 8, 0, Sockets.nameOf(receiver))
                    .userData(1);
            ring.submission().claim().recv(receiver.fd(), in, 0, 64, 0).userData(2);
            List<Completions.Completion> three = Completions.await(ring, 3);
            assertThat(Results.of(three, 2)).isEqualTo(8);
            assertThat(three)
                    .filteredOn(c -> CqeFlags.isNotification(c.flags()))
                    .hasSize(1);
            assertThat(in.getString(0, 64)).isEqualTo("datagram");
        }
    }
}
