// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IfEther;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.tuntap.TunMode;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** The kernel's side: numbered packets to the device, and a look at each that it sends. */
final class ModelTraffic implements AutoCloseable {

    private static final int CAPTURED_BYTES = 1 << 26;
    /** Packets on their way, at most: more than the kernel's queue holds, or fewer. */
    private static final int[] WINDOWS = {32, 256, 4000};

    private static final long PATIENCE_NANOS = 2_000_000;

    /** A device that is down, a packet that is longer than the MTU, a socket whose packets wait. */
    private static final Set<Long> EARLY_ERRORS = Set.of(
            -jnr.constants.platform.Errno.ENETDOWN.longValue(),
            -jnr.constants.platform.Errno.EMSGSIZE.longValue(),
            -jnr.constants.platform.Errno.EAGAIN.longValue());

    private final Episode episode;
    private final Ledger ledger;
    private final TunMode mode;
    private final Random random;
    private final Wire injecting;
    private final Wire capturing;
    private final Map<Integer, Long> lastOfSender = new HashMap<>();
    private long overdue;

    ModelTraffic(Episode episode, long seed) throws ErrnoException {
        this.episode = episode;
        this.ledger = episode.ledger;
        this.mode = episode.rtap.mode();
        this.random = new Random(seed);
        this.injecting = Wire.injecting(episode.rtap.ifIndex());
        this.capturing = Wire.capturing(episode.rtap.ifIndex(), CAPTURED_BYTES);
    }

    /** Injects as long as the episode runs. */
    void inject() {
        int window = WINDOWS[random.nextInt(WINDOWS.length)];
        try {
            while (episode.phase == Episode.Phase.RUN && ledger.given.get() < Ledger.MOST_PACKETS) {
                for (int burst = random.nextInt(64); burst >= 0; burst--) {
                    episode.injecting(this::injectOne);
                }
                pace(window);
            }
        } catch (Throwable e) {
            ledger.fail(new AssertionError("injector", e));
        }
    }

    /** Waits until no more than {@code window} packets are on their way, or those have been dropped. */
    private void pace(int window) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (onTheirWay() - overdue > window) {
            if (System.nanoTime() > end) {
                overdue = onTheirWay();
                return;
            }
            LockSupport.parkNanos(20_000);
        }
    }

    private long onTheirWay() {
        return ledger.given.get() - ledger.received.sum();
    }

    private void injectOne() {
        int shortest = Numbered.shortest(mode);
        int longest = episode.mtu + (mode == TunMode.TAP ? IfEther.ETH_HLEN : 0);
        int length = random.nextInt(4) == 0 ? longest : shortest + random.nextInt(longest - shortest);
        long number = ledger.given.get();
        if (number == Ledger.MOST_PACKETS) {
            return;
        }
        int flow = random.nextInt(Episode.FLOWS);
        long result = injecting.tryInject(Numbered.toDevice(mode, flow, number, ledger.stamp(), length));
        ledger.steps.increment();
        // ENOBUFS: the device had no room for it, and has counted it. Other errors come before it is given anything.
        if (result == length || result == -Errno.ENOBUFS) {
            ledger.given.incrementAndGet();
        } else {
            assertThat(episode.closing || EARLY_ERRORS.contains(result))
                    .as("error %d", result)
                    .isTrue();
        }
    }

    /** Captures until the end of the episode, and what is left then. */
    void capture() {
        try {
            boolean last;
            do {
                last = episode.phase == Episode.Phase.END;
                for (byte[] frame = capturing.next(); frame != null; frame = capturing.next()) {
                    check(frame);
                }
                LockSupport.parkNanos(200_000);
            } while (!last);
        } catch (Throwable e) {
            ledger.fail(new AssertionError("capture", e));
        }
    }

    private void check(byte[] frame) {
        Numbered packet = Numbered.read(mode, frame);
        assertThat(packet)
                .as("a captured packet of %d bytes that nobody has sent", frame.length)
                .isNotNull();
        assertThat(packet.toDevice()).isFalse();
        ledger.captured.increment();
        Long last = lastOfSender.put(packet.sender(), packet.number());
        assertThat(packet.number())
                .as("after %s of sender %d", last, packet.sender())
                .isGreaterThan(last == null ? -1 : last);
    }

    @Override
    public void close() {
        injecting.close();
        capturing.close();
    }
}
