// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Packets that the kernel has given to a queue that is not read any more, or not yet. The kernel would drop them with
 * the queue, and count them nowhere. They are sent once more, through a {@link PacketSocket}, to the queues that
 * remain; where there are none, or that is not allowed, they are counted.
 *
 * <p>Threads: any.
 */
final class Strays {

    private final Syscalls sys;
    private final DeviceSocket device;
    private final AtomicLong lost = new AtomicLong();

    Strays(Syscalls sys, DeviceSocket device) {
        this.sys = sys;
        this.device = device;
    }

    /** Packets that were dropped. */
    long lost() {
        return lost.get();
    }

    /** Counts packets that have been read and that nobody will receive. */
    void count(int packets) {
        lost.addAndGet(packets);
    }

    /**
     * Takes a queue out of service, and saves or counts what waits in it. One at a time: queues that go together would
     * send to each other, and what comes to one while the kernel drops what it holds is lost.
     *
     * @param queue that nobody reads; closed afterwards by the caller
     */
    synchronized void retire(TapQueue queue) {
        Retirement retirement = new Retirement(sys);
        try {
            retirement.detach(queue);
        } catch (ErrnoException e) {
            // The device is gone, and what waited with it; what has been read before is counted.
        } finally {
            save(retirement.packets());
        }
    }

    /** Sends packets to the queues that remain, or counts them. */
    private void save(List<byte[]> packets) {
        if (packets.isEmpty()) {
            return;
        }
        try (PacketSocket socket = hasOthers() ? open() : null) {
            count(socket == null ? packets.size() : socket.send(packets));
        }
    }

    private boolean hasOthers() {
        try {
            return device.settings().queues() > 0;
        } catch (IOException | IllegalStateException e) {
            return false;
        }
    }

    @SuppressWarnings("NullAway") // which takes what an action returns for never null
    private @Nullable PacketSocket open() {
        try {
            int ifIndex = device.ifIndex();
            return device.inNamespace(() -> PacketSocket.open(sys, ifIndex));
        } catch (IOException | IllegalStateException e) {
            // Then they are counted.
            return null;
        }
    }
}
