// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.syscall.UnixSocket;
import dev.jrtap.tuntap.VnetHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A packet that waits for room in the kernel, in {@link RxMode#MAPPED}: a socket whose other end reads nothing. */
@Timeout(60)
class MappedWritesKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final long SECOND = 1_000_000_000L;
    private static final int LENGTH = 60;

    private final Memory message = Memory.allocate(2048);
    private final List<Integer> results = new ArrayList<>();
    private final AtomicReference<Boolean> freed = new AtomicReference<>();
    private UnixSocket device;
    private UnixSocket other;
    private PacketPool pool;
    private PollDriver driver;
    private Burst burst;

    @BeforeEach
    void sendsAPacketThatFindsNoRoom() throws Exception {
        Uring.require();
        SockAddr address =
                SockAddr.ofUnixAbstract("rtap-writes-" + ProcessHandle.current().pid());
        try (UnixSocket listener = UnixSocket.listen(address, 1)) {
            device = UnixSocket.connect(address);
            other = listener.accept();
        }
        fill();
        pool = PacketPool.create(SYS, 16, 2048);
        driver = open();
        Sender sender = driver.sender((packet, result) -> results.add(result), pool);
        driver.onClosed(freed::set);
        burst = new Burst(pool, 1);
        burst.add();
        burst.length(0, LENGTH);
        assertThat(driver.own()).isTrue();
        assertThat(sender.write(burst.head(0))).isTrue();
        driver.enter();
        driver.reap();
        assertThat(results).isEmpty();
    }

    private PollDriver open() throws ErrnoException {
        RtapConfig config = RtapConfig.named("none%d").withRxMode(RxMode.MAPPED).withRingSize(8);
        RingDriver writes = RingDriver.open(SYS, device.fd(), "queue", pool, config);
        return PollDriver.open(SYS, device.fd(), "queue", null, writes);
    }

    private void fill() {
        SYS.fcntl(device.fd(), Fcntl.F_SETFL, Fcntl.O_NONBLOCK);
        long sent;
        do {
            sent = device.send(message, 1, UnixSocket.NO_DESCRIPTOR);
        } while (sent > 0);
        assertThat(sent).isEqualTo(-Errno.EAGAIN);
    }

    @AfterEach
    void closes() {
        if (driver != null) {
            driver.close();
            burst.release();
            pool.close();
            device.close();
            other.close();
        }
    }

    /** As in the other modes: a ring with DEFER_TASKRUN goes on with a write only when its owner enters it. */
    @Test
    void itIsWrittenWhileItsOwnerSleeps() throws Exception {
        Thread reader = new Thread(() -> {
            while (other.receive(message) > 0) {
                Thread.onSpinWait();
            }
        });
        reader.start();
        long start = System.nanoTime();
        while (results.isEmpty() && System.nanoTime() - start < 5 * SECOND) {
            driver.await(SECOND / 10, false);
        }
        reader.join();
        assertThat(results).containsExactly(VnetHeader.LENGTH + LENGTH);
    }

    /** A thread that sleeps in epoll(7) has no time limit by which it would look for room. */
    @Test
    void theInterruptTellsThatItMayBeWritten() throws Exception {
        RxSignal signal = driver.signal(SYS);
        try {
            PollSet polls = new PollSet(SYS, 1);
            Thread reader = new Thread(() -> {
                while (other.receive(message) > 0) {
                    Thread.onSpinWait();
                }
            });
            reader.start();
            while (results.isEmpty()) {
                signal.enable();
                polls.clear();
                polls.add(signal.fd());
                assertThat(polls.await(5 * SECOND)).isEqualTo(1);
                signal.disable();
                driver.enterIfNeeded();
                driver.reap();
            }
            reader.join();
            assertThat(results).containsExactly(VnetHeader.LENGTH + LENGTH);
            signal.enable();
            polls.clear();
            polls.add(signal.fd());
            assertThat(polls.await(0)).as("the write is over").isZero();
            signal.disable();
        } finally {
            signal.close();
        }
    }

    @Test
    void aSleepWithoutRoomLastsAsLongAsItShould() {
        long start = System.nanoTime();
        boolean goesOn = true;
        while (goesOn && System.nanoTime() - start < SECOND / 20) {
            goesOn = driver.await(SECOND, false);
        }
        // In pieces, of which none but the last says that the time is up.
        assertThat(goesOn).isTrue();
        assertThat(results).isEmpty();
        driver.wake();
        assertThat(driver.await(SECOND, false)).isFalse();
    }

    /** The kernel reads the packet no more: only then it is free. */
    @Test
    void aCloseCancelsIt() {
        driver.close();
        assertThat(freed.get()).isTrue();
        assertThat(results).containsExactly(-Errno.ECANCELED);
    }

    @Test
    void aCloseByAnotherThreadCancelsIt() throws Exception {
        Thread closer = new Thread(driver::close);
        closer.start();
        while (driver.isOpen()) {
            driver.await(SECOND, false);
        }
        closer.join();
        assertThat(freed.get()).isTrue();
        assertThat(results).containsExactly(-Errno.ECANCELED);
    }
}
