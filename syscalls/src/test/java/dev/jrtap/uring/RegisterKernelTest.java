// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.LibcCalls;
import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Unistd;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.KernelRelease;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.fixtures.UserIds;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is registered that is neither files, buffers, restrictions nor workers. */
class RegisterKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final long SECOND = 1_000_000_000L;

    private static int result(Ring ring) {
        return Completions.await(ring, 1).get(0).result();
    }

    /** As root: the file system asks for the credentials of the moment of registering. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void runsUnderRegisteredCredentials(RingProfile profile, @TempDir Path directory) throws IOException {
        UserIds.requireOthers();
        Memory name = Memory.ofString(
                Files.writeString(directory.resolve("secret"), "secret").toString());
        try (Ring ring = profile.open(8)) {
            // By its number: libc's own function is not for one thread alone.
            LibcCalls.syscall(Unistd.__NR_setfsuid, 65534, 0, 0, 0, 0);
            Personality nobody;
            try {
                nobody = ring.register().personality();
            } finally {
                LibcCalls.syscall(Unistd.__NR_setfsuid, 0, 0, 0, 0, 0);
            }
            assertThat(openInto(ring, name, 0)).isZero();
            assertThat(openInto(ring, name, nobody.id())).isEqualTo(-Errno.EACCES);
            nobody.unregister();
            assertThat(openInto(ring, name, nobody.id())).isEqualTo(-Errno.EINVAL);
            assertThatThrownBy(nobody::unregister)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is unregistered");
        }
        name.keepAlive();
    }

    /** personality: what the caller may no more, the credentials of before may, also behind another operation. */
    @Test
    void opensByTheCredentialsOfBefore(@TempDir Path directory) throws IOException {
        UserIds.requireOthers();
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Memory name = Memory.ofString(secret.toString());
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Personality before = ring.register().personality();
            assertThat(openInto(ring, name, 0)).isZero();
            LibcCalls.syscall(Unistd.__NR_setfsuid, 65534, 0, 0, 0, 0);
            try {
                assertThat(openAgain(ring, name, 0)).isEqualTo(-Errno.EACCES);
                assertThat(openAgain(ring, name, before.id())).isZero();
                ring.submission().claim().nop().link().userData(1);
                open(ring, name, before.id());
                assertThat(Completions.await(ring, 2))
                        .extracting(Completions.Completion::result)
                        .containsOnly(0);
            } finally {
                LibcCalls.syscall(Unistd.__NR_setfsuid, 0, 0, 0, 0, 0);
            }
            assertThat(openAgain(ring, name, before.id() + 1)).isEqualTo(-Errno.EINVAL);
            before.unregister();
            assertThat(openAgain(ring, name, before.id())).isEqualTo(-Errno.EINVAL);
        }
        name.keepAlive();
    }

    private static int openInto(Ring ring, Memory name, int personality) throws IOException {
        if (personality == 0) {
            ring.files().registerSparse(1);
        }
        return openAgain(ring, name, personality);
    }

    private static int openAgain(Ring ring, Memory name, int personality) {
        open(ring, name, personality);
        return result(ring);
    }

    /** Into the place of the table. */
    private static void open(Ring ring, Memory name, int personality) {
        ring.submission()
                .claim()
                .unsafe()
                .operation(IoUring.IORING_OP_OPENAT, -1, name.address(), 0, 0)
                .put32(IoUringSqe.FILE_INDEX, 1)
                .personality(personality);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cancelsWhileItWaits(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS)) {
            Cancellation cancel = ring.register().cancel();
            assertThat(cancel.first(7, SECOND)).isFalse();
            poll(ring, event, 7);
            assertThat(cancel.first(8, SECOND)).isFalse();
            assertThat(cancel.first(7, SECOND)).isTrue();
            assertThat(result(ring)).isEqualTo(-Errno.ECANCELED);
            poll(ring, event, 7);
            poll(ring, event, 7);
            assertThat(cancel.all(7, Long.MAX_VALUE)).isTrue();
            assertThat(Completions.await(ring, 2)).allMatch(c -> c.result() == -Errno.ECANCELED);
            poll(ring, event, 7);
            Refusals.assertRefused(() -> cancel.allOnFixedFile(0, SECOND), Errno.EBADF, "no such file");
            assertThat(cancel.allOnFile(event.fd(), SECOND)).isTrue();
            assertThat(result(ring)).isEqualTo(-Errno.ECANCELED);
            poll(ring, event, 7);
            assertThat(cancel.everything(SECOND)).isTrue();
            assertThat(result(ring)).isEqualTo(-Errno.ECANCELED);
            assertThat(ring.inFlight()).isZero();
            assertThatThrownBy(() -> cancel.first(-1, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> cancel.first(1, -1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cancelsAKindOfOperationWhileItWaits(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS)) {
            Cancellation cancel = ring.register().cancel();
            Refusals.require("SYNC_CANCEL by kind", "6.6", () -> cancel.allOfKind(Operation.ACCEPT, SECOND));
            poll(ring, event, 7);
            assertThat(cancel.allOfKind(Operation.ACCEPT, SECOND)).isFalse();
            assertThat(cancel.allOfKind(Operation.POLL_ADD, SECOND)).isTrue();
            assertThat(result(ring)).isEqualTo(-Errno.ECANCELED);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void cancelsOnAFixedFileWhileItWaits(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS)) {
            ring.files().register(event.fd(), event.fd());
            ring.submission().claim().pollAdd(1, Poll.POLLIN).fixedFile().userData(7);
            ring.submission().claim().nop().userData(8);
            assertThat(Completions.await(ring, 1).get(0).userData()).isEqualTo(8);
            assertThat(ring.register().cancel().allOnFixedFile(1, SECOND)).isTrue();
            assertThat(result(ring)).isEqualTo(-Errno.ECANCELED);
            assertThat(ring.register().cancel().allOnFixedFile(1, SECOND)).isFalse();
        }
    }

    private static void poll(Ring ring, EventFd event, long userData) {
        ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN).userData(userData);
        // Entries are begun in their order: when this one is over, the poll has begun, even on a polling thread.
        ring.submission().claim().nop().userData(Long.MIN_VALUE);
        assertThat(Completions.await(ring, 1).get(0).userData()).isEqualTo(Long.MIN_VALUE);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsByAnotherClock(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            Refusals.require("CLOCK", "6.12", () -> ring.register().clock(WaitClock.BOOTTIME));
            assertThat(ring.await(2_000_000)).isFalse();
            ring.register().clock(WaitClock.MONOTONIC);
            assertThat(ring.await(2_000_000)).isFalse();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void keepsTheSettingsOfBusyPolling(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            BusyPoll busy = ring.register().busyPoll();
            BusyPoll.Settings settings = new BusyPoll.Settings(50, true, BusyPoll.Tracking.STATIC);
            Refusals.require("NAPI static", "6.13", () -> busy.set(settings));
            assertThat(busy.set(settings)).isEqualTo(settings);
            busy.track(100_000);
            Refusals.assertRefused(() -> busy.track(100_000), Errno.EEXIST, "tracked already");
            busy.untrack(100_000);
            Refusals.assertRefused(() -> busy.untrack(100_000), Errno.ENOENT, "not tracked");
            Refusals.assertRefused(() -> busy.track(1), Errno.EINVAL, "out of range");
            assertThat(busy.stop().micros()).isEqualTo(50);
            assertThat(busy.set(settings).tracking()).isEqualTo(BusyPoll.Tracking.INACTIVE);
            assertThat(ring.await(1_000_000)).isFalse();
        }
    }

    /** napi-test: every byte arrives while the ring polls for packets. */
    @Test
    void receivesAllWhileItPolls() throws Exception {
        byte[] sent = RingFiles.pattern(1 << 20, 7);
        try (Ring ring = RingProfile.PLAIN.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            BusyPoll.Settings settings = new BusyPoll.Settings(50, true, BusyPoll.Tracking.DYNAMIC);
            Refusals.require("NAPI", "6.9", () -> ring.register().busyPoll().set(settings));
            Memory out = RingFiles.memory(sent);
            Thread writer = new Thread(() -> {
                for (int at = 0; at < sent.length; ) {
                    at += (int) SYS.write(pair.left().fd(), out.address() + at, sent.length - at);
                }
                out.keepAlive();
            });
            writer.start();
            Memory in = Memory.allocate(4096);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            while (received.size() < sent.length) {
                ring.submission().claim().recv(pair.right().fd(), in, 0, 4096, 0);
                int length = result(ring);
                assertThat(length).isPositive();
                received.write(RingFiles.bytes(in, 0, length));
            }
            writer.join();
            assertThat(received.toByteArray()).isEqualTo(sent);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void sendsAMessageWithoutARing(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            if (!ring.fd().hasDescriptor()) {
                assertThatThrownBy(() -> Ring.sendMessage(ring, 1, 2)).isInstanceOf(IllegalStateException.class);
                return;
            }
            ring.submit();
            Refusals.require("SEND_MSG_RING", "6.13", () -> Ring.sendMessage(ring, 1, 2));
            assertThat(Completions.await(ring, 1)).containsExactly(new Completions.Completion(2, 1, 0));
            try (Ring idle = profile.open(8)) {
                Refusals.assertRefused(() -> Ring.sendMessage(idle, 1, 2), Errno.EBADFD, "not driven yet");
            }
            Thread sender = new Thread(() -> {
                try {
                    Ring.sendMessage(ring, 41, 42);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            assertThat(ring.await(20 * SECOND)).isTrue();
            assertThat(Completions.await(ring, 1)).containsExactly(new Completions.Completion(42, 41, 0));
            sender.join();
        }
    }

    @Test
    void asksTheKernelWithoutARing() throws IOException {
        Uring.require();
        Refusals.require("QUERY", "6.18", KernelQuery::ask);
        KernelQuery kernel = KernelQuery.ask();
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            assertThat(kernel.registerOperations()).isGreaterThan(IoUring.IORING_REGISTER_QUERY);
            assertThat(kernel.queries()).isPositive();
            for (Operation operation : ring.capabilities().operations()) {
                assertThat(operation.opcode()).isLessThan(kernel.operations());
            }
            assertThat(RingFeature.of((int) kernel.features()))
                    .isEqualTo(ring.capabilities().features());
        }
        assertThat(kernel.setupFlags() & IoUring.IORING_SETUP_DEFER_TASKRUN).isNotZero();
        assertThat(kernel.entryFlags() & IoUring.IOSQE_ASYNC).isNotZero();
        assertThat(kernel.enterFlags() & IoUring.IORING_ENTER_GETEVENTS).isNotZero();
        assertThat(KernelQuery.zeroCopy().isPresent()).isEqualTo(kernel.queries() > 1);
        assertThat(KernelQuery.ringHeader().isPresent()).isEqualTo(kernel.queries() > 2);
    }

    @ParameterizedTest
    @EnumSource(value = RingProfile.class, names = "REGISTERED_FD_ONLY", mode = EnumSource.Mode.EXCLUDE)
    void waitsAsWrittenDown(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            RegisteredWaits[] registered = new RegisteredWaits[1];
            Refusals.require("MEM_REGION", "6.13", () -> registered[0] = ring.waits(3));
            RegisteredWaits waits = registered[0];
            waits.set(0, 0, 3_000_000);
            waits.set(1, 0, 20 * SECOND);
            waits.set(2, 2_000_000, Long.MAX_VALUE);
            long start = System.nanoTime();
            assertThat(waits.await(0, 1)).isZero();
            assertThat(System.nanoTime() - start).isBetween(3_000_000L, 10 * SECOND);
            ring.submission().claim().nop();
            assertThat(waits.await(1, 1)).isEqualTo(1);
            start = System.nanoTime();
            assertThat(waits.await(2, 2)).as("one is enough after a while").isEqualTo(1);
            assertThat(System.nanoTime() - start).isBetween(2_000_000L, 10 * SECOND);
            assertThatThrownBy(() -> waits.set(3, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
            Refusals.assertRefused(() -> ring.waits(1), Errno.EBUSY, "region already");
        }
    }

    /** There is no card here that can: the kernel gets as far as the interface, and says so. */
    @Test
    void refusesZeroCopyReceiveOnLoopback() throws IOException {
        Uring.require(Operation.RECV_ZC);
        // CAP_NET_ADMIN over the machine, not over a namespace of the tests.
        UserIds.requireInitialNamespace();
        try (Ring ring = Ring.builder()
                        .require(SetupFlag.DEFER_TASKRUN, SetupFlag.CQE32)
                        .build();
                Mapping area = Mapping.anonymous(SYS, 65536)) {
            Refusals.assertRefused(
                    () -> ring.register().zeroCopyReceive(1, 0, 64, area.memory()), Errno.EOPNOTSUPP, "network card");
            Refusals.assertRefused(
                    () -> ring.register().zeroCopyReceive(4711, 0, 64, area.memory()),
                    Errno.ENODEV,
                    "no such interface");
            // Since Linux 7.0 there is such a call, and it finds no queue.
            boolean controls = KernelRelease.running().isAtLeast(new KernelRelease(7, 0, 0));
            int errno = controls ? Errno.ENXIO : Errno.EINVAL;
            String words = controls ? "no zero-copy queue" : "7.0";
            Refusals.assertRefused(() -> ZeroCopyControl.flush(ring.registration(), 0), errno, words);
            Refusals.assertRefused(() -> ZeroCopyControl.export(ring.registration(), 0), errno, words);
            assertThatThrownBy(() -> ring.register().zeroCopyReceive(1, 0, 3, area.memory()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void filtersAnOperation() throws IOException {
        // One instruction of classic BPF: return 0, which refuses.
        Memory program = Memory.allocate(8);
        program.putI16(0, 0x06);
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Refusals.require("operation filters", "7.0", () -> ring.register().filter(Operation.SOCKET, program));
            ring.submission().claim().socket(Sockets.INET, Sockets.STREAM, 0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EACCES);
            ring.submission().claim().nop();
            assertThat(Results.next(ring).result()).isZero();
        }
    }

    @Test
    void refusesAProgramThatIsNone() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            assertThatThrownBy(() -> ring.register().filterAndDenyRest(Operation.SOCKET, Memory.allocate(7)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
