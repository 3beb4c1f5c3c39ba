// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Attachments;
import dev.jrtap.bpf.Helper;
import dev.jrtap.bpf.Program;
import dev.jrtap.bpf.ProgramType;
import dev.jrtap.bpf.Register;
import dev.jrtap.bpf.TestRun;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only {@link RxMode#MAPPED} has; what it has in common is in the tests of every mode. */
@Timeout(120)
class MappedNetnsTest {

    private static final TapProfile PROFILE = TapProfile.PLAIN_MAPPED;
    private static final Syscalls SYS = Syscalls.libc();
    private static final long SECOND = 1_000_000_000L;

    @BeforeEach
    void needsTheRights() {
        PROFILE.syscalls();
    }

    private static byte[] numbered(int number) {
        byte[] frame = Frames.experimental(60);
        for (int i = 0; i < 4; i++) {
            frame[20 + i] = (byte) (number >> 8 * i);
        }
        return frame;
    }

    private static int number(Burst burst) {
        return burst.memory().getI32(burst.offset(0) + 20);
    }

    private static boolean isOurs(Burst burst) {
        return burst.memory().getU16Be(burst.offset(0) + 12) == Frames.EXPERIMENTAL;
    }

    /** What finds no slot is counted, neither more nor less, and what is received is in order. */
    @ParameterizedTest
    @ValueSource(ints = {2, 16, 64})
    void whatFindsNoSlotIsMissedAndCounted(int slots) throws Exception {
        int packets = 1000;
        try (TapLink link = new TapLink(PROFILE, slots)) {
            link.queue.rx().await(0);
            link.rtap.resetStatistics();
            for (int i = 0; i < packets; i++) {
                link.wire.tryInject(numbered(i));
            }
            int received = 0;
            while (link.queue.rx().receive(link.burst) > 0) {
                // The first ones: later ones have found no room.
                assertThat(number(link.burst)).isEqualTo(received++);
                link.burst.release();
            }
            assertThat(received).isEqualTo(Math.min(slots / 2, 32));
            assertThat(link.rtap.statistics().missed()).isEqualTo(packets - received);
            link.wire.inject(numbered(packets));
            assertThat(link.receive()).isEqualTo(numbered(packets));
        }
    }

    /** Each would lend half of the pool: then none were left to read what the kernel's queue holds, and all waited. */
    @Test
    void twoQueuesOverOnePoolBothReceive() throws Exception {
        try (TapLink link = new TapLink(PROFILE, 64);
                Rtap other = Rtap.open(SYS, PROFILE.config().withRingSize(32));
                QueuePair second = other.openQueue(0, link.pool)) {
            other.up();
            second.rx().await(0);
            link.queue.rx().await(0);
            assertThat(link.pool.available()).isPositive();
            try (Wire wire = Wire.open(other.ifIndex())) {
                wire.inject(numbered(1));
                long end = System.nanoTime() + 20 * SECOND;
                do {
                    link.burst.release();
                    second.rx().receive(link.burst);
                } while (System.nanoTime() < end && (link.burst.size() == 0 || !isOurs(link.burst)));
                assertThat(number(link.burst)).isEqualTo(1);
            }
            link.wire.inject(numbered(2));
            assertThat(link.receive()).isEqualTo(numbered(2));
        }
    }

    /** A reader that goes to sleep before each packet, all of which come while it does. */
    @Test
    void noSleepIsMissedByABell() throws Exception {
        int packets = Stress.times(20_000);
        try (TapLink link = new TapLink(PROFILE, 64)) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicReference<Integer> seen = new AtomicReference<>(-1);
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < packets && failure.get() == null; i++) {
                        while (seen.get() != i - 1) {
                            Thread.onSpinWait();
                        }
                        link.wire.inject(numbered(i));
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            sender.start();
            for (int i = 0; i < packets; i++) {
                do {
                    assertThat(link.queue.rx().await(20 * SECOND))
                            .as("packet %d", i)
                            .isTrue();
                    link.burst.release();
                    link.queue.rx().receive(link.burst);
                } while (!isOurs(link.burst));
                assertThat(number(link.burst)).isEqualTo(i);
                seen.set(i);
            }
            sender.join();
            assertThat(failure.get()).isNull();
        }
    }

    /** While packets flow nothing is asked of the kernel, except a read now and then of what goes past the program. */
    @Test
    void receivingEntersTheKernelSeldom() throws Exception {
        try (TapLink link = new TapLink(PROFILE, 64)) {
            link.queue.rx().await(0);
            long entries = link.queue.kernelEntries();
            int packets = 10_000;
            for (int i = 0; i < packets; i++) {
                link.wire.inject(numbered(i));
                link.burst.release();
                assertThat(link.queue.rx().receive(link.burst)).isEqualTo(1);
                assertThat(number(link.burst)).isEqualTo(i);
            }
            assertThat(link.queue.kernelEntries() - entries).isLessThanOrEqualTo(packets / 256 + 1);
        }
    }

    /** The kernel takes the tag out of a frame that it receives, and keeps it beside it on its way through a bridge. */
    @ParameterizedTest
    @ValueSource(ints = {60, 64, 1514, 1984, 1987, 1988, 1989, 4036, 8000})
    void aTagBesideThePacketIsPutIn(int size) throws Exception {
        RtapConfig config = PROFILE.config().withMtu(9000);
        try (TapLink from = new TapLink(SYS, config.withRxMode(RxMode.POLL), PacketPool.forMtu(64, 9100));
                TapLink link = new TapLink(PROFILE.syscalls(), config.withRingSize(32));
                Bridge bridge = Bridge.open()) {
            bridge.join(from.rtap);
            bridge.join(link.rtap);
            byte[] frame = Frames.experimental(size);
            // The address of one station: a bridge drops others.
            frame[6] = 0x02;
            frame[12] = (byte) 0x81;
            frame[13] = 0;
            frame[14] = 1;
            frame[15] = 0x23;
            // From the first look on it is the program that takes packets.
            link.queue.rx().await(0);
            from.send(frame);
            assertThat(link.receive(size)).isEqualTo(frame);
        }
    }

    /** Frames that XDP sends go past the filter, into the kernel's own queue. A reader that never sleeps has them. */
    @Test
    void whatGoesPastTheProgramIsReceivedToo() throws Exception {
        try (TapLink link = new TapLink(PROFILE, 512);
                Program program = redirect(link.rtap.ifIndex())) {
            link.queue.rx().await(0);
            Memory frame = Memory.allocate(60);
            byte[] bytes = numbered(7);
            frame.putBytes(0, bytes, 0, bytes.length);
            new TestRun(program).sendLive(frame, 100, 64);
            int received = 0;
            long end = System.nanoTime() + 20 * SECOND;
            while (received < 100 && System.nanoTime() < end) {
                link.burst.release();
                received += link.queue.rx().receive(link.burst) > 0 && isOurs(link.burst) ? 1 : 0;
            }
            assertThat(received).isEqualTo(100);
            assertThat(link.rtap.statistics().missed()).isZero();
        }
    }

    private static Program redirect(int ifIndex) throws ErrnoException {
        Assembler redirect = new Assembler("redirect")
                .mov(Register.R1, ifIndex)
                .mov(Register.R2, 0)
                .call(Helper.REDIRECT)
                .exit();
        return Program.load(SYS, ProgramType.XDP, redirect.assemble());
    }

    @Test
    void aDeviceOfOthersIsRefused() throws Exception {
        RtapConfig config = PROFILE.config();
        for (RtapConfig wrong : List.of(config.withPersistence(), config.withSharing())) {
            assertThatThrownBy(() -> Rtap.open(SYS, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("neither with withPersistence() nor with withSharing()");
        }
        try (Rtap rtap = Rtap.open(SYS, config)) {
            assertThatThrownBy(() -> rtap.setPersistent(true))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(rtap.name() + " has RxMode.MAPPED");
            rtap.setPersistent(false);
            assertThatThrownBy(() -> QueueServer.open(rtap, SockAddr.ofUnixAbstract("rtap-mapped"), Set.of(0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("RxMode.MAPPED puts a filter into the whole device");
        }
        TapQueue opened = TapQueue.open(SYS, new TapRequest("adopted%d", TunMode.TAP, false));
        int descriptor = SYS.fcntl(opened.fd(), Fcntl.F_DUPFD_CLOEXEC, 0);
        assertThatThrownBy(() -> Rtap.adopt(SYS, descriptor, config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not, or not only, its opener's");
        opened.close();
    }

    @Test
    void aPersistentDeviceIsRefused() throws Exception {
        String name = persistent("kept%d", queue -> {});
        assertThatThrownBy(() -> Rtap.open(SYS, RtapConfig.named(name).withRxMode(RxMode.MAPPED)))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("EOPNOTSUPP: open(" + name + ", RxMode.MAPPED): the device is persistent");
        Shell.run("ip", "link", "delete", name);
    }

    /** Whatever a former owner has left in it, for instance by kill -9. */
    @ParameterizedTest
    @EnumSource(
            value = RxMode.class,
            names = {"ONE_SHOT", "POLL"})
    void aPersistentDeviceLosesTheProgramsOfItsFormerOwner(RxMode mode) throws Exception {
        Assembler dropAll = new Assembler("drop_all").mov(Register.R0, 0).exit();
        try (Program drop = Program.load(SYS, ProgramType.SOCKET_FILTER, dropAll.assemble())) {
            String name = persistent(
                    "left%d",
                    queue -> {
                        Attachments.setFilter(queue, drop);
                        Attachments.setSteering(queue, drop);
                    });
            try (TapLink link = new TapLink(SYS, RtapConfig.named(name).withRxMode(mode))) {
                link.rtap.setPersistent(false);
                link.wire.inject(numbered(1));
                assertThat(link.receive()).isEqualTo(numbered(1));
            }
        }
    }

    /** What an owner does with a device. */
    private interface Owner {
        void change(TapQueue queue) throws ErrnoException;
    }

    /** Makes a device that nobody has open, and returns its name. */
    private static String persistent(String pattern, Owner owner) throws ErrnoException {
        try (TapQueue queue = TapQueue.open(SYS, new TapRequest(pattern, TunMode.TAP, false))) {
            owner.change(queue);
            queue.setPersistent(true);
            return queue.name();
        }
    }

    /** Refused, or interpreted: the next best way is taken, and told. */
    @Test
    void withoutTheRightTheNextBestIsTaken() throws Exception {
        Syscalls refused = new DelegatingSyscalls(SYS) {
            @Override
            public int bpf(int command, long attributes, int size) {
                return -Errno.EPERM;
            }
        };
        checkFallBack(refused, "EPERM: bpf(BPF_MAP_CREATE");
        Syscalls interpreted = new DelegatingSyscalls(SYS) {
            @Override
            public int bpf(int command, long attributes, int size) {
                return command == Bpf.BPF_OBJ_GET_INFO_BY_FD ? 0 : super.bpf(command, attributes, size);
            }
        };
        checkFallBack(interpreted, "EOPNOTSUPP: device with RxMode.MAPPED: the kernel interprets BPF programs");
        Syscalls old = new DelegatingSyscalls(SYS) {
            @Override
            public int bpf(int command, long attributes, int size) {
                return command == Bpf.BPF_PROG_LOAD ? -Errno.EINVAL : super.bpf(command, attributes, size);
            }
        };
        checkFallBack(old, "EINVAL: bpf(BPF_PROG_LOAD, type=SOCKET_FILTER, name=rtap_slots");
    }

    private static void checkFallBack(Syscalls sys, String reason) throws IOException {
        try (TapLink link = new TapLink(sys, PROFILE.config())) {
            RtapInfo info = link.rtap.info();
            assertThat(info.rxMode())
                    .isIn(RxMode.ONE_SHOT, RxMode.POLL)
                    .isEqualTo(link.queue.rx().mode());
            assertThat(info.notMapped().orElseThrow()).startsWith(reason);
            assertThat(info.toString()).contains("not MAPPED: " + reason);
            link.wire.inject(numbered(1));
            assertThat(link.receive()).isEqualTo(numbered(1));
        }
    }

    @Test
    void aPoolThatCannotBeMappedIsRefused() throws Exception {
        try (PacketPool odd = PacketPool.create(SYS, 16, 2044);
                PacketPool pool = PacketPool.create(SYS, 16, 2048);
                Rtap rtap = Rtap.open(SYS, PROFILE.config().withQueues(2))) {
            assertThatThrownBy(() -> rtap.openQueue(0, odd))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("RxMode.MAPPED needs slots of a multiple of 8 bytes: slotSize=2044");
            Burst burst = new Burst(pool, 1);
            burst.add();
            assertThatThrownBy(() -> rtap.openQueue(0, pool))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("1 of 16 packets are out");
            burst.release();
            rtap.openQueue(0, pool);
        }
        try (PacketPool small = PacketPool.create(SYS, 65, 2048);
                Rtap rtap = Rtap.open(SYS, PROFILE.config().withMtu(65521))) {
            assertThatThrownBy(() -> rtap.openQueue(0, small))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("RxMode.MAPPED needs a pool with slots for two of the longest frames, 66: it has 65");
        }
        try (Rtap other = Rtap.open(SYS, RtapConfig.named("other%d"));
                Rtap rtap = Rtap.open(SYS, PROFILE.config());
                PacketPool pool = PacketPool.create(SYS, 16, 2048);
                QueuePair first = other.openQueue(0, pool)) {
            assertThatThrownBy(() -> rtap.openQueue(0, pool))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the pool is in use by queue 0 of " + other.name());
            assertThat(first.isOpen()).isTrue();
        }
    }
}
