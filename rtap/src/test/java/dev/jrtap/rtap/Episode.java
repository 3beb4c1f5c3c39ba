// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.netlink.LinkStatistics;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The life of one device: traffic and control calls; a pause, in which the books must balance; traffic again, and a
 * close in the middle of it.
 */
final class Episode {

    static final int QUEUES = 4;
    static final int FLOWS = 16;
    /** Below it the kernel takes IPv6 away from a device, and above it gives it again. */
    static final int LEAST_MTU = 1280;

    static final int MOST_MTU = 3000;

    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final long QUIET_NANOS = 5_000_000_000L;

    /** What everybody does. */
    enum Phase {
        RUN,
        DRAIN,
        END
    }

    final Ledger ledger = new Ledger();
    final Rtap rtap;
    volatile Phase phase = Phase.RUN;
    volatile int mtu = 1500;
    /** The device is being closed, or is closed. */
    volatile boolean closing;

    private final TapProfile profile;
    private final Random random;
    private final boolean raced;
    private final List<ModelDriver> drivers = new ArrayList<>();
    private final ReadWriteLock retirement = new ReentrantReadWriteLock(true);

    /**
     * Opens the device.
     *
     * @param raced whether packets come while a queue is taken out of service: the kernel can then drop some uncounted
     */
    Episode(TapProfile profile, TunMode mode, long seed, boolean raced) throws IOException {
        this.profile = profile;
        this.random = new Random(seed);
        this.raced = raced;
        RtapConfig config = profile.config()
                .withMode(mode)
                .withQueues(1 + random.nextInt(QUEUES))
                .withMtu(mtu)
                .withOffloads(offloads())
                .withRingSize(8 << random.nextInt(4));
        rtap = Rtap.open(profile.syscalls(), random.nextBoolean() ? config : config.withDeferredFlush());
        Path ipv6 = Path.of("/proc/sys/net/ipv6/conf", rtap.name(), "disable_ipv6");
        if (Files.exists(ipv6)) {
            Files.writeString(ipv6, "1");
        }
        rtap.up();
    }

    private TunOffload[] offloads() {
        return switch (random.nextInt(3)) {
            case 0 -> new TunOffload[0];
            // A slot for super-packets would be 64 KiB long.
            case 1 -> profile.mode == RxMode.MULTISHOT ? new TunOffload[0] : TunOffload.values();
            default -> new TunOffload[] {TunOffload.CHECKSUM};
        };
    }

    /** A pool of few slots or many; small ones make chains, which only some modes can receive. */
    PacketPool newPool(Random sizes) throws IOException {
        if (rtap.offloads().contains(TunOffload.TSO)) {
            // A chain for the longest super-packet has 33 slots, or fewer; a program needs room for two.
            int least = profile.mode == RxMode.MAPPED ? 128 : 64;
            return PacketPool.create(Syscalls.libc(), least << sizes.nextInt(4), 2048 << sizes.nextInt(2));
        }
        int slotSize = profile.mode == RxMode.MULTISHOT ? 4096 : 256 << sizes.nextInt(5);
        return PacketPool.create(Syscalls.libc(), 32 << sizes.nextInt(5), slotSize);
    }

    /** Takes queues out of service. */
    void retire(Ledger.Change change) throws Exception {
        stop(() -> ledger.retiring(change));
    }

    /** Makes a change during which nothing may be injected, unless that is wanted. */
    void stop(Ledger.Change change) throws Exception {
        retirement.writeLock().lock();
        try {
            change.make();
        } finally {
            retirement.writeLock().unlock();
        }
    }

    /**
     * Takes queues out of service, unless somebody else does it now: the caller drives a queue, and that one may wait
     * for it.
     */
    boolean tryRetire(Ledger.Change change) throws Exception {
        if (!retirement.writeLock().tryLock()) {
            return false;
        }
        try {
            ledger.retiring(change);
            return true;
        } finally {
            retirement.writeLock().unlock();
        }
    }

    /** Injects, while no queue is taken out of service or stopped unless that is wanted. */
    void injecting(Runnable injection) {
        if (raced) {
            injection.run();
            return;
        }
        retirement.readLock().lock();
        try {
            injection.run();
        } finally {
            retirement.readLock().unlock();
        }
    }

    /**
     * Runs it.
     *
     * @return packets that the kernel has dropped uncounted
     */
    long run(long nanos) throws Exception {
        LinkStatistics start = rtap.control().statistics();
        List<Thread> threads = new ArrayList<>();
        long lost;
        try (ModelTraffic traffic = new ModelTraffic(this, random.nextLong())) {
            Thread capture = start("capture", traffic::capture);
            for (int i = 0; i < QUEUES; i++) {
                drivers.add(new ModelDriver(this, i, random.nextLong()));
                threads.add(start("driver-" + i, drivers.get(i)));
            }
            let(traffic, nanos);
            lost = balance(start);
            phase = Phase.RUN;
            Thread closer = start("closer", () -> close(nanos / 4));
            let(traffic, nanos / 2);
            closer.join();
            phase = Phase.END;
            for (Thread driver : threads) {
                driver.join();
            }
            capture.join();
        } finally {
            closing = true;
            phase = Phase.END;
            rtap.close();
        }
        checkFailures();
        assertThat(ledger.sent.sum() + ledger.unsent.sum()).isEqualTo(ledger.accepted.sum());
        assertThat(ledger.captured.sum()).isLessThanOrEqualTo(ledger.sent.sum());
        return lost;
    }

    /** Closes the device, whose queues go one by one: one that is in the middle of a call sees what others held. */
    private void close(long nanos) {
        LockSupport.parkNanos(nanos);
        closing = true;
        try {
            ledger.retiring(rtap::close);
        } catch (Exception e) {
            ledger.fail(new AssertionError("closer", e));
        }
    }

    private static Thread start(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.start();
        return thread;
    }

    /** Lets packets come and control calls be made, and ends both. */
    private void let(ModelTraffic traffic, long nanos) throws InterruptedException {
        Thread injector = start("injector", traffic::inject);
        List<Thread> controls = List.of(
                start("control-0", new ModelControl(this, random.nextLong())),
                start("control-1", new ModelControl(this, random.nextLong())));
        LockSupport.parkNanos(nanos);
        phase = Phase.DRAIN;
        injector.join();
        for (Thread control : controls) {
            control.join();
        }
    }

    /** Waits until everything that was given is accounted for, once and no more than once. */
    private long balance(LinkStatistics start) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        long quiet = System.nanoTime();
        long before = -1;
        long accounted = 0;
        while (accounted != ledger.given.get() && System.nanoTime() < end) {
            checkFailures();
            LockSupport.parkNanos(2_000_000);
            accounted = ledger.received.sum() + rtap.statistics().missed();
            if (accounted != before) {
                before = accounted;
                quiet = System.nanoTime();
            }
            // What has not come for so long will not come any more.
            if (System.nanoTime() - quiet > (raced ? QUIET_NANOS / 10 : QUIET_NANOS)) {
                break;
            }
        }
        long lost = ledger.given.get() - accounted;
        assertThat(lost).as(account()).isNotNegative();
        if (!raced) {
            assertThat(accounted).as(account()).isEqualTo(ledger.given.get());
        }
        while (!isTaken(start) && System.nanoTime() < end) {
            checkFailures();
            LockSupport.parkNanos(2_000_000);
        }
        assertThat(kernelHas(start)).as("packets taken by the kernel").isEqualTo(sent());
        return lost;
    }

    private boolean isTaken(LinkStatistics start) throws IOException {
        return kernelHas(start) == sent();
    }

    private long kernelHas(LinkStatistics start) throws IOException {
        return rtap.control().statistics().rxPackets() - start.rxPackets();
    }

    private long sent() {
        return drivers.stream().mapToLong(ModelDriver::sent).sum();
    }

    private String account() {
        return "given " + ledger.given + ", received " + ledger.received + ", not received: "
                + ledger.missing(ledger.given.get());
    }

    private void checkFailures() {
        if (!ledger.failures.isEmpty()) {
            AssertionError all = new AssertionError(ledger.failures.size() + " failures");
            ledger.failures.forEach(all::addSuppressed);
            throw all;
        }
    }
}
