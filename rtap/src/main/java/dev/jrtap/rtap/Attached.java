// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A queue that keeps a device alive, detached or somebody else's.
 *
 * @param adopted the queues that somebody else has opened, this one first; none if it was opened here
 * @param namespace where the device is; {@code null} for the calling thread's
 * @param offloads of the device; {@code null} if they are not known
 * @param lost packets that it was given before it was detached, and that the others could not be given
 */
record Attached(
        TapQueue queue,
        List<TapQueue> adopted,
        @Nullable NetworkNamespace namespace,
        @Nullable Set<TunOffload> offloads,
        int lost) {

    /** Opens one in the calling thread's network namespace, which {@code namespace} names. */
    static Attached open(Syscalls sys, RtapConfig config, @Nullable NetworkNamespace namespace) throws IOException {
        TapRequest request = new TapRequest(
                config.name(),
                config.mode(),
                config.hasNapi(),
                config.options().claim.exclusive());
        if (!config.options().claim.checkBefore(sys, config.name())) {
            return opened(TapQueue.openDetached(sys, request), namespace, 0);
        }
        // What the kernel gives it until it is detached is the others', even if the opening fails then: all that takes
        // is there before.
        Retirement retirement = new Retirement(sys);
        try (PacketSocket others = PacketSocket.open(sys, ifIndex(sys, config.name()))) {
            return share(TapQueue.attach(sys, request), namespace, retirement, others);
        }
    }

    private static Attached opened(TapQueue queue, @Nullable NetworkNamespace namespace, int lost) {
        return new Attached(queue, List.of(), namespace, null, lost);
    }

    private static int ifIndex(Syscalls sys, String name) throws IOException {
        try (RouteSocket route = RouteSocket.open(sys)) {
            return new Links(route).get(name).ifIndex();
        }
    }

    /** Takes ownership of {@code queue}, even if it throws. */
    private static Attached share(
            TapQueue queue, @Nullable NetworkNamespace namespace, Retirement retirement, @Nullable PacketSocket others)
            throws IOException {
        try {
            retirement.detach(queue);
        } catch (Throwable e) {
            // Closed first: it would be given a share of what is sent.
            queue.close();
            send(retirement.packets(), others);
            throw e;
        }
        try {
            return opened(queue, namespace, send(retirement.packets(), others));
        } catch (Throwable e) {
            queue.close();
            throw e;
        }
    }

    /** Returns how many packets could not be sent, where there is no socket all of them. */
    private static int send(List<byte[]> packets, @Nullable PacketSocket others) {
        return others == null ? packets.size() : others.send(packets);
    }

    /**
     * Adopts descriptors of one device, each of a queue, even if it throws.
     *
     * @param offloads of the device; {@code null} if they are not known
     */
    static Attached adopt(Syscalls sys, List<Integer> descriptors, @Nullable Set<TunOffload> offloads)
            throws IOException {
        List<Fd> owned = descriptors.stream().map(each -> Fd.own(sys, each)).toList();
        List<TapQueue> queues = new ArrayList<>();
        try {
            for (Fd fd : owned) {
                queues.add(TapQueue.adopt(fd));
            }
        } catch (Throwable e) {
            owned.forEach(Fd::close);
            throw e;
        }
        NetworkNamespace namespace = null;
        try {
            namespace = queues.get(0).namespace();
        } catch (IOException e) {
            // The kernel is too old to say, or does not say it to this user: then it is where the caller is.
        }
        return new Attached(queues.get(0), List.copyOf(queues), namespace, offloads, 0);
    }
}
