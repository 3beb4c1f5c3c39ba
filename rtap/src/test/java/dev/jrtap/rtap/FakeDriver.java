// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.ownership.CloseListener;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.Ring;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A kernel that takes everything, and finishes nothing by itself. */
final class FakeDriver implements Driver, Sender, Receiver {

    final List<Integer> written = new ArrayList<>();
    final List<Long> sleeps = new ArrayList<>();
    Runnable onSleep = () -> {};
    Runnable onEnter = () -> {};
    boolean slotPosted = true;
    boolean wakes;
    boolean calm;
    boolean polled;
    boolean readable;
    int replenished;
    Chains chains;
    int entries;
    int wanted;
    private Runnable afterReap = () -> {};

    @Override
    public Receiver receiver(ReadCompletion rx, Chains used, RxCounts counts) {
        chains = used;
        return this;
    }

    @Override
    public Sender sender(WriteCompletion tx, PacketPool pool) {
        return this;
    }

    @Override
    public void onEnter(Runnable action) {}

    @Override
    public void onReap(Runnable action) {
        afterReap = action;
    }

    @Override
    public boolean write(int head) {
        written.add(head);
        return true;
    }

    @Override
    public boolean replenish(int most) {
        wanted = most;
        replenished++;
        return slotPosted;
    }

    @Override
    public void calm() {
        calm = true;
    }

    @Override
    public boolean isPolled() {
        return polled;
    }

    @Override
    public RxMode mode() {
        return RxMode.POLL;
    }

    @Override
    public boolean own() {
        return true;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isClosing() {
        return false;
    }

    @Override
    public int reap() {
        afterReap.run();
        return 0;
    }

    @Override
    public void enter() {
        entries++;
    }

    @Override
    public void enterIfNeeded() {
        entries++;
        onEnter.run();
    }

    @Override
    public boolean await(long nanos, boolean readable) {
        sleeps.add(nanos);
        this.readable = readable;
        onSleep.run();
        return wakes;
    }

    @Override
    public boolean beginSleep(PollSet polls, boolean readable) {
        throw new AssertionError("nobody waits in a group");
    }

    @Override
    public void endSleep(PollSet polls) {}

    @Override
    public void wake() {}

    @Override
    public void beginClose() {}

    @Override
    public void close() {}

    @Override
    public void onClosed(CloseListener listener) {}

    @Override
    public void onWake(Runnable action) {}

    @Override
    public long kernelEntries() {
        return entries;
    }

    @Override
    public long overflows() {
        return 0;
    }

    @Override
    public RxSignal signal(Syscalls sys) {
        throw new AssertionError("nobody waits");
    }

    @Override
    public Optional<Ring> ring() {
        return Optional.empty();
    }
}
