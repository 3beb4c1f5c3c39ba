// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.OneRefusal;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.opentest4j.TestAbortedException;

/**
 * One way in which a ring ends: its kind, its history, what is under way, who closes it, and what the kernel refuses
 * meanwhile. Its thread is the owner's.
 */
final class ClosingCell implements Runnable, RingPending.Buffers {

    /** Who closes. */
    enum Closer {
        OWNER,
        HANDLER,
        ANOTHER_THREAD,
        AFTER_THE_OWNERS_DEATH
    }

    /** A refusal of the first call of its kind during the close; 0 for none. */
    record Refusal(OneRefusal.Call call, int errno) {

        @Override
        public String toString() {
            return errno == 0 ? "nothing" : call + " " + Errno.name(errno);
        }
    }

    record Shape(RingProfile profile, RingHistory history, RingPending pending, Closer closer, Refusal refusal) {

        /** For {@link dev.jrtap.fixtures.Pairwise}; each refusal is there in any case. */
        List<?> dimensions() {
            return List.of(profile, history, pending, closer);
        }
    }

    /** What cells have in common. */
    record Setting(Fd never, Fd file, CountDownLatch prepared, CountDownLatch go, Before before) {}

    /** Run on the owner's thread first. */
    interface Before {
        void run() throws IOException;
    }

    static final int BLOCK = 4096;
    private static final int ENTRIES = 8;
    private static final byte WRITTEN = 0x11;
    static final byte PAINT = 0x5a;

    private final Shape shape;
    private final int number;
    private final Setting setting;
    private final OneRefusal sys = new OneRefusal();
    private final Memory allocated = Memory.allocate(4 * BLOCK);
    private final Memory memory;
    private final Thread owner = new Thread(this, "owner");
    private Thread closer = owner;
    private AutoCloseable foreign = () -> {};
    private Ring ring;
    private WeakReference<Ring> dropped;
    private volatile boolean free;
    private volatile boolean told;
    private volatile long began;
    private volatile long ended;
    private volatile boolean held;
    private volatile boolean skipped;
    private volatile Throwable failure;

    ClosingCell(Shape shape, int number, Setting setting) {
        this.shape = shape;
        this.number = number;
        this.setting = setting;
        int misaligned = (int) (allocated.address() % BLOCK);
        this.memory = allocated.slice(BLOCK - misaligned, 3 * BLOCK);
    }

    void start() {
        owner.start();
    }

    @Override
    public void run() {
        try {
            prepare();
        } catch (TestAbortedException e) {
            // This kernel does not know the kind of ring.
            skipped = true;
        } catch (Throwable e) {
            failure = e;
        } finally {
            setting.prepared().countDown();
        }
        if (!skipped && failure == null) {
            try {
                end();
            } catch (Throwable e) {
                failure = e;
            }
        }
    }

    private void prepare() throws IOException {
        fill(WRITTEN);
        setting.before().run();
        ring = open();
        dropped = new WeakReference<>(ring);
        ring.onClosed(isFree -> {
            free = isFree;
            told = true;
        });
        shape.history().live(ring);
        if (shape.closer() == Closer.HANDLER) {
            ring.submission().claim().nop();
            ring.await(Long.MAX_VALUE);
        }
        foreign = shape.pending().begin(ring, this);
    }

    private Ring open() throws IOException {
        if (shape.profile() != RingProfile.SQPOLL) {
            return shape.profile().open(sys, ENTRIES);
        }
        // Many polling threads that look for a second each would leave no processor to the rest.
        return Ring.builder(sys).sqPoll(1).entries(ENTRIES).build();
    }

    private void end() throws InterruptedException {
        Ring ring = this.ring;
        if (shape.closer() == Closer.AFTER_THE_OWNERS_DEATH) {
            Thread dead = Thread.currentThread();
            closer = new Thread(
                    () -> {
                        join(dead);
                        close(ring);
                    },
                    "closer");
            closer.start();
            return;
        }
        setting.go().await();
        switch (shape.closer()) {
            case OWNER -> close(ring);
            case HANDLER -> ring.completion().drain((userData, result, flags) -> close(ring), 1);
            default -> {
                closer = new Thread(() -> close(ring), "closer");
                closer.start();
                drive(ring);
            }
        }
    }

    private void drive(Ring ring) {
        try {
            while (ring.isOpen()) {
                ring.await(Long.MAX_VALUE);
                ring.completion().drain((userData, result, flags) -> {}, Integer.MAX_VALUE);
            }
        } catch (UncheckedIOException e) {
            // The refusal was meant for the close, and met the owner: its thread ends, and the close goes on.
            assertThat(shape.refusal().call()).as("%s: %s", this, e).isEqualTo(OneRefusal.Call.ENTER);
        }
    }

    private void close(Ring ring) {
        try {
            setting.go().await();
            if (shape.refusal().errno() != 0) {
                sys.refuse(shape.refusal().call(), shape.refusal().errno());
            }
            began = System.nanoTime();
            ring.close();
            ended = System.nanoTime();
            held = isHeldUp();
            fill(PAINT);
        } catch (Throwable e) {
            failure = e;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void fill(byte with) {
        for (int i = 0; i < memory.size(); i++) {
            memory.putI8(i, with);
        }
    }

    @Override
    public Sqe read(Ring ring, int part) {
        return ring.submission().claim().read(setting.never().fd(), memory, part * 8, 8, 0);
    }

    @Override
    public void readFile(Ring ring) {
        long at = 2L * number * BLOCK;
        ring.submission().claim().read(setting.file().fd(), memory, 0, BLOCK, at);
    }

    @Override
    public void writeFile(Ring ring) {
        long at = (2L * number + 1) * BLOCK;
        ring.submission().claim().write(setting.file().fd(), memory, BLOCK, BLOCK, at);
    }

    @Override
    public int never() {
        return setting.never().fd();
    }

    /** Waits until its threads are over, and looks at what was promised; the memory is looked at later. */
    void assertEnded(long patienceNanos) throws Exception {
        join(owner, patienceNanos);
        join(closer, patienceNanos);
        foreign.close();
        ring = null;
        // Since JDK 19 a thread that has ended keeps what it ran, and so the ring.
        closer = owner;
        if (failure != null) {
            throw new AssertionError(this + ": " + failure, failure);
        }
        if (!skipped) {
            assertThat(told).as("%s: told", this).isTrue();
            assertThat(free).as("%s: free", this).isEqualTo(!shape.pending().isForeign());
        }
    }

    private void join(Thread thread, long patienceNanos) throws InterruptedException {
        thread.join(patienceNanos / 1_000_000);
        if (thread.isAlive()) {
            throw new AssertionError(
                    this + ": does not end, " + thread.getName() + " is in " + List.of(thread.getStackTrace()));
        }
    }

    void assertUntouched() {
        if (skipped || shape.pending().isForeign()) {
            return;
        }
        assertThat(IntStream.range(0, memory.size()).filter(i -> memory.getI8(i) != PAINT))
                .as("%s: bytes that were changed after the close", this)
                .isEmpty();
    }

    boolean isSkipped() {
        return skipped;
    }

    /** Whether what it reads from the file has not come yet. */
    boolean isHeldUp() {
        return memory.getI8(0) == WRITTEN;
    }

    /** Whether it had come when the close returned; if not, it was canceled and never comes. */
    boolean hasRead() {
        return !held;
    }

    long began() {
        return began;
    }

    long ended() {
        return ended;
    }

    long closeNanos() {
        return ended - began;
    }

    /** Whether nothing refers to the ring any more. */
    boolean isCollected() {
        return dropped == null || dropped.get() == null;
    }

    /** Where in the file it wrote. */
    int block() {
        return 2 * number + 1;
    }

    void keepAlive() {
        allocated.keepAlive();
    }

    @Override
    public String toString() {
        return shape + " #" + number;
    }
}
