// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoCqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringClockRegister;
import dev.jrtap.bindings.IoUringMemRegionReg;
import dev.jrtap.bindings.IoUringParams;
import dev.jrtap.bindings.IoUringQuery;
import dev.jrtap.bindings.IoUringQueryHdr;
import dev.jrtap.bindings.IoUringQueryOpcode;
import dev.jrtap.bindings.IoUringRegWait;
import dev.jrtap.bindings.IoUringRegionDesc;
import dev.jrtap.bindings.Iovec;
import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Time;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel answers to calls that this library's own checks come before, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RawCallsKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int PAGE = 4096;
    private static final long SECOND = 1_000_000_000L;
    private static final int WAIT = IoUringRegWait.SIZEOF;

    private final Memory params = Memory.allocate(IoUringParams.SIZEOF);

    @BeforeEach
    void needsRings() {
        Uring.require();
    }

    private int setup(int flags) {
        params.putI32(IoUringParams.FLAGS, flags);
        int result = SYS.ioUringSetup(1, params.address());
        params.keepAlive();
        return result;
    }

    private static int register(int fd, int opcode, Memory argument, int count) {
        int result = SYS.ioUringRegister(fd, opcode, argument == null ? 0 : argument.address(), count);
        if (argument != null) {
            argument.keepAlive();
        }
        return result;
    }

    private static <T> T onAnotherThread(Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(action);
        new Thread(task).start();
        return task.get();
    }

    /** io_uring_setup, shared-wq, no-mmap-inval and wq-aff: parameters that make no ring, and a ring is not read. */
    @Test
    void refusesParametersThatMakeNoRing() throws IOException {
        assertThat(SYS.ioUringSetup(0, params.address())).isEqualTo(-Errno.EINVAL);
        assertThat(SYS.ioUringSetup(1, 0)).isEqualTo(-Errno.EFAULT);
        params.putI32(IoUringParams.WQ_FD + Integer.BYTES, 1);
        assertThat(setup(0)).as("the reserved words").isEqualTo(-Errno.EINVAL);
        params.zero(0, params.size());
        assertThat(setup(-1)).isEqualTo(-Errno.EINVAL);
        assertThat(setup(IoUring.IORING_SETUP_SQ_AFF)).isEqualTo(-Errno.EINVAL);
        params.putI32(IoUringParams.SQ_THREAD_CPU, 1 << 20);
        assertThat(setup(IoUring.IORING_SETUP_SQPOLL | IoUring.IORING_SETUP_SQ_AFF))
                .isEqualTo(-Errno.EINVAL);
        params.zero(0, params.size());
        try (Pipe pipe = Pipe.open();
                Mapping mapping = Mapping.anonymous(SYS, 2 * PAGE)) {
            params.putI32(IoUringParams.WQ_FD, pipe.reader());
            assertThat(setup(IoUring.IORING_SETUP_ATTACH_WQ)).isEqualTo(-Errno.EINVAL);
            params.zero(0, params.size());
            params.putI64(
                    IoUringParams.CQ_OFF + IoCqringOffsets.USER_ADDR,
                    mapping.memory().address());
            assertThat(setup(IoUring.IORING_SETUP_NO_MMAP))
                    .as("memory for one of the two queues")
                    .isIn(-Errno.EINVAL, -Errno.EFAULT, -Errno.ENOMEM);
        }
        params.zero(0, params.size());
        try (Fd ring = Fd.own(SYS, setup(0))) {
            assertThat(SYS.read(ring.fd(), params.address(), params.size())).isNegative();
        }
    }

    /** io_uring_enter: flags, descriptors, and as many reads as there are entries. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN"})
    void entersWhatIsARing(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(4096);
                Pipe pipe = Pipe.open();
                Fd zero = Fd.open("/dev/zero", 0)) {
            ring.submit();
            int fd = ring.fd().number();
            assertThat(SYS.ioUringEnter(fd, 1, 0, -1)).isEqualTo(-Errno.EINVAL);
            assertThat(SYS.ioUringEnter(-1, 0, 0, 0)).isEqualTo(-Errno.EBADF);
            assertThat(SYS.ioUringEnter(pipe.reader(), 0, 0, 0)).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(SYS.ioUringEnter(fd, 0, 0, 0)).isZero();
            Memory in = Memory.allocate(PAGE);
            for (int i = 0; i < 4096; i++) {
                RingFiles.claim(ring).read(zero.fd(), in, 0);
            }
            assertThat(ring.submitAndWait(4096)).isEqualTo(4096);
            assertThat(ring.completion().ready()).isEqualTo(4096);
            assertThat(Completions.await(ring, 4096)).allMatch(done -> done.result() == PAGE);
        }
    }

    /** io_uring_register: what is no ring, no operation, and memory that is none. */
    @Test
    void registersOnlyWhatIsThere() throws IOException {
        Memory vector = Memory.allocate(20_000 * Iovec.SIZEOF);
        try (Fd ring = Fd.own(SYS, setup(0));
                Pipe pipe = Pipe.open();
                Mapping mapping = Mapping.anonymous(SYS, 2 * PAGE)) {
            int buffers = IoUring.IORING_REGISTER_BUFFERS;
            // Without a descriptor some kernels look for the operation first.
            assertThat(register(-1, buffers, null, 0)).isIn(-Errno.EBADF, -Errno.EINVAL);
            assertThat(register(pipe.reader(), buffers, null, 0)).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(register(ring.fd(), -1, null, 0)).isEqualTo(-Errno.EINVAL);
            long address = mapping.memory().address();
            assertThat(SYS.munmap(address + PAGE, PAGE)).isZero();
            for (long[] wrong : new long[][] {{0, PAGE}, {address, 0}, {address, 2 * PAGE}}) {
                vector.putI64(Iovec.IOV_BASE, wrong[0]);
                vector.putI64(Iovec.IOV_LEN, wrong[1]);
                assertThat(register(ring.fd(), buffers, vector, 1)).isEqualTo(-Errno.EFAULT);
            }
            for (int i = 0; i < 20_000; i++) {
                vector.putI64(i * Iovec.SIZEOF + Iovec.IOV_BASE, address);
                vector.putI64(i * Iovec.SIZEOF + Iovec.IOV_LEN, PAGE);
            }
            assertThat(register(ring.fd(), buffers, vector, 20_000)).isEqualTo(-Errno.EINVAL);
            int result = register(ring.fd(), buffers, vector, 1024);
            // As root it may lock what it likes.
            assertThat(result).isIn(0, -Errno.ENOMEM);
            assertThat(register(ring.fd(), IoUring.IORING_UNREGISTER_BUFFERS, null, 0))
                    .isEqualTo(result == 0 ? 0 : -Errno.ENXIO);
            // The mapping unmaps both pages.
        }
    }

    /** io_uring_register: a ring can be polled by itself, and does not register itself. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "SQPOLL"})
    void aRingPollsItselfAndDoesNotRegisterItself(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(2)) {
            int fd = ring.fd().number();
            RingFiles.claim(ring).pollAdd(fd, Poll.POLLIN | Poll.POLLOUT);
            assertThat(Results.next(ring).result() & Poll.POLLOUT).isNotZero();
            Refusals.assertRefused(() -> ring.files().register(fd), Errno.EBADF, "");
        }
    }

    /** single-issuer: who may submit is the first one who did, unless the kernel's thread does. */
    @Test
    void onlyTheFirstThreadSubmits() throws Exception {
        try (Ring ring = RingProfile.SINGLE_ISSUER.open(8)) {
            RingFiles.claim(ring).nop();
            assertThat(Results.next(ring).result()).isZero();
            int fd = ring.fd().number();
            assertThat(onAnotherThread(() -> SYS.ioUringEnter(fd, 1, 0, 0))).isEqualTo(-Errno.EEXIST);
        }
        Ring elsewhere = RingProfile.SINGLE_ISSUER.open(8);
        int result = onAnotherThread(() -> {
            // It was built by another thread, and is enabled by this one.
            RingFiles.claim(elsewhere).nop();
            return Results.next(elsewhere).result();
        });
        assertThat(result).isZero();
        assertThat(SYS.ioUringEnter(elsewhere.fd().number(), 1, 0, 0)).isEqualTo(-Errno.EEXIST);
        elsewhere.close();
        try (Ring polled = Ring.builder()
                .entries(8)
                .sqPoll(10)
                .require(SetupFlag.SINGLE_ISSUER)
                .build()) {
            polled.submit();
            int fd = polled.fd().number();
            assertThat(onAnotherThread(() -> SYS.ioUringEnter(fd, 0, 0, IoUring.IORING_ENTER_SQ_WAKEUP)))
                    .isZero();
        }
    }

    /** reg-wait: the waits that lie in the region, at its end, over it and before it; and signals that are none. */
    @ParameterizedTest
    @ValueSource(ints = {0, IoUring.IORING_SETUP_SINGLE_ISSUER | IoUring.IORING_SETUP_DEFER_TASKRUN})
    void waitsAsWrittenInsideTheRegion(int ringFlags) throws IOException {
        int last = PAGE - WAIT;
        try (Mapping mapping = Mapping.anonymous(SYS, 2 * PAGE);
                Fd ring = Fd.own(SYS, setup(ringFlags | IoUring.IORING_SETUP_R_DISABLED))) {
            Memory waits = mapping.memory();
            int result = region(ring, waits.address(), PAGE, IoUring.IORING_MEM_REGION_TYPE_USER);
            Feature.require("MEM_REGION", result != -Errno.EINVAL, "Linux 6.13 or newer is needed");
            assertThat(register(ring.fd(), IoUring.IORING_REGISTER_ENABLE_RINGS, null, 0))
                    .isZero();
            for (int at = 0; at <= PAGE; at += WAIT) {
                waits.putI32(at + IoUringRegWait.FLAGS, IoUring.IORING_REG_WAIT_TS);
                waits.putI64(at + IoUringRegWait.TS + Long.BYTES, 1000);
            }
            assertThat(waitAt(ring, 0)).isEqualTo(-Errno.ETIME);
            assertThat(waitAt(ring, last)).isEqualTo(-Errno.ETIME);
            for (long outside : new long[] {PAGE, -Long.BYTES, PAGE - Long.BYTES}) {
                assertThat(waitAt(ring, outside)).as("at %d", outside).isEqualTo(-Errno.EFAULT);
            }
            waits.putI64(IoUringRegWait.SIGMASK, waits.address());
            waits.putI32(IoUringRegWait.SIGMASK_SZ, 1);
            assertThat(waitAt(ring, 0)).isEqualTo(-Errno.EINVAL);
            waits.putI64(IoUringRegWait.SIGMASK, 100);
            waits.putI32(IoUringRegWait.SIGMASK_SZ, Long.BYTES);
            assertThat(waitAt(ring, 0)).isEqualTo(-Errno.EFAULT);
        }
    }

    private static int waitAt(Fd ring, long offset) {
        int flags = IoUring.IORING_ENTER_GETEVENTS | IoUring.IORING_ENTER_EXT_ARG | IoUring.IORING_ENTER_EXT_ARG_REG;
        return SYS.ioUringEnter(ring.fd(), 0, 1, flags, offset, WAIT);
    }

    /** reg-wait: memory that can be a region, and what cannot. */
    @Test
    void registersRegionsOfWholePages() throws IOException {
        try (Mapping mapping = Mapping.anonymous(SYS, 4 * PAGE)) {
            long address = mapping.memory().address();
            int user = IoUring.IORING_MEM_REGION_TYPE_USER;
            int first = region(address, PAGE, user, true);
            Feature.require("MEM_REGION", first != -Errno.EINVAL, "Linux 6.13 or newer is needed");
            assertThat(first).isZero();
            assertThat(region(address, PAGE, user, false))
                    .as("a ring that goes")
                    .isEqualTo(-Errno.EINVAL);
            assertThat(region(address, 4 * PAGE, user, true)).isZero();
            assertThat(region(0, PAGE, user, true)).isEqualTo(-Errno.EFAULT);
            assertThat(region(address, PAGE, 0, true)).isNegative();
            assertThat(region(address, 0, user, true)).isNegative();
            assertThat(region(address + 16, PAGE, user, true)).isNegative();
            assertThat(region(PAGE, PAGE, user, true)).as("nothing is there").isNegative();
        }
    }

    private int region(long address, long size, int flags, boolean disabled) throws IOException {
        params.zero(0, params.size());
        try (Fd ring = Fd.own(SYS, setup(disabled ? IoUring.IORING_SETUP_R_DISABLED : 0))) {
            return region(ring, address, size, flags);
        }
    }

    private static int region(Fd ring, long address, long size, int flags) {
        Memory region = Memory.allocate(IoUringRegionDesc.SIZEOF);
        region.putI64(IoUringRegionDesc.USER_ADDR, address);
        region.putI64(IoUringRegionDesc.SIZE, size);
        region.putI32(IoUringRegionDesc.FLAGS, flags);
        Memory argument = Memory.allocate(IoUringMemRegionReg.SIZEOF);
        argument.putI64(IoUringMemRegionReg.REGION_UPTR, region.address());
        argument.putI64(IoUringMemRegionReg.FLAGS, IoUring.IORING_MEM_REGION_REG_WAIT_ARG);
        int result = register(ring.fd(), IoUring.IORING_REGISTER_MEM_REGION, argument, 1);
        region.keepAlive();
        return result;
    }

    /** wait-timeout: clocks that there are, and how long a wait by another one is. */
    @Test
    void waitsByClocksThatThereAre() throws IOException {
        Memory clock = Memory.allocate(IoUringClockRegister.SIZEOF);
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            ring.submit();
            IntSupplier set = () -> register(ring.fd().number(), IoUring.IORING_REGISTER_CLOCK, clock, 0);
            clock.putI32(IoUringClockRegister.CLOCKID, Time.CLOCK_MONOTONIC);
            int result = set.getAsInt();
            Feature.require("CLOCK", result != -Errno.EINVAL, "Linux 6.12 or newer is needed");
            assertThat(result).isZero();
            assertThat(register(ring.fd().number(), IoUring.IORING_REGISTER_CLOCK, null, 0))
                    .isNegative();
            clock.putI32(IoUringClockRegister.CLOCKID, -1);
            assertThat(set.getAsInt()).isEqualTo(-Errno.EINVAL);
            ring.register().clock(WaitClock.BOOTTIME);
            for (long nanos : new long[] {0, 20_000_000}) {
                long start = System.nanoTime();
                assertThat(ring.await(nanos)).isFalse();
                assertThat(System.nanoTime() - start).isBetween(nanos, 10 * SECOND);
                assertThat(ring.awaitUntil(Math.max(0, System.nanoTime() - SECOND)))
                        .isFalse();
                assertThat(System.nanoTime() - start).isLessThan(10 * SECOND);
            }
        }
    }

    /** ring-query: what is asked of more than one thing, of nothing, for less and for more than there is, and round. */
    @Test
    void answersEachQueryOfAChain() throws IOException {
        Refusals.require("QUERY", "6.18", KernelQuery::ask);
        int all = IoUringQueryOpcode.SIZEOF;
        Memory[] data = {Memory.allocate(2 * all), Memory.allocate(all), Memory.allocate(all)};
        Memory[] asked = {query(data[0], all), query(data[1], all), query(data[2], all)};
        asked[0].putI64(IoUringQueryHdr.NEXT_ENTRY, asked[1].address());
        asked[1].putI64(IoUringQueryHdr.NEXT_ENTRY, asked[2].address());
        assertThat(ask(asked[0])).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(asked[i].getI32(IoUringQueryHdr.RESULT)).isZero();
            assertThat(asked[i].getI32(IoUringQueryHdr.SIZE)).isEqualTo(all);
            assertThat(RingFiles.bytes(data[i], 0, all)).isEqualTo(RingFiles.bytes(data[0], 0, all));
        }
        assertThat(data[0].getI32(IoUringQueryOpcode.NR_REGISTER_OPCODES)).isGreaterThan(IoUring.IORING_REGISTER_QUERY);
        asked[2].putI64(IoUringQueryHdr.NEXT_ENTRY, asked[0].address());
        assertThat(ask(asked[0])).as("round and round").isNegative();

        Memory unknown = query(data[1], all);
        unknown.putI32(IoUringQueryHdr.QUERY_OP, -1);
        assertThat(ask(unknown)).isZero();
        assertThat(unknown.getI32(IoUringQueryHdr.RESULT)).isEqualTo(-Errno.EOPNOTSUPP);
        Memory nowhere = query(data[1], all);
        nowhere.putI64(IoUringQueryHdr.NEXT_ENTRY, PAGE);
        assertThat(ask(nowhere)).isEqualTo(-Errno.EFAULT);
        nowhere.putI64(IoUringQueryHdr.NEXT_ENTRY, 0);
        nowhere.putI64(IoUringQueryHdr.QUERY_DATA, PAGE);
        assertThat(ask(nowhere)).isEqualTo(-Errno.EFAULT);

        data[1].zero(0, all);
        Memory less = query(data[1], 8);
        assertThat(ask(less)).isZero();
        assertThat(less.getI32(IoUringQueryHdr.SIZE)).isEqualTo(8);
        assertThat(data[1].getI64(0)).isEqualTo(data[2].getI64(0));
        assertThat(data[1].getI64(8)).as("no more than was asked for").isZero();
        data[0].zero(0, 2 * all);
        Memory more = query(data[0], 2 * all);
        assertThat(ask(more)).isZero();
        assertThat(more.getI32(IoUringQueryHdr.SIZE)).isGreaterThanOrEqualTo(all);
        assertThat(RingFiles.bytes(data[0], 0, all)).isEqualTo(RingFiles.bytes(data[2], 0, all));
    }

    private static Memory query(Memory data, int size) {
        Memory header = Memory.allocate(IoUringQueryHdr.SIZEOF);
        header.putI32(IoUringQueryHdr.QUERY_OP, IoUringQuery.IO_URING_QUERY_OPCODES);
        header.putI64(IoUringQueryHdr.QUERY_DATA, data.address());
        header.putI32(IoUringQueryHdr.SIZE, size);
        header.keepAlive();
        return header;
    }

    private static int ask(Memory header) {
        return register(-1, IoUring.IORING_REGISTER_QUERY, header, 0);
    }
}
