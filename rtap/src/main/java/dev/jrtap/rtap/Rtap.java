// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.Addresses;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import java.io.IOException;
import java.net.Inet4Address;

/**
 * A TAP network device.
 *
 * <p>It exists as long as this object is open, kept alive by a queue that carries no packets; queue pairs come and go. Its
 * identity is {@link #ifIndex}: the name can be changed by anybody.
 *
 * <p>Threads: control calls from any thread. Each queue pair belongs to the thread that drives it. {@link #close} may come from
 * any thread, and waits for the threads that drive, see {@link dev.jrtap.uring.Ring#close}.
 */
public final class Rtap implements AutoCloseable {

    /** Bytes that a frame has beside the MTU: Ethernet header and one 802.1Q tag. */
    static final int MAX_FRAME_OVERHEAD = 14 + 4;

    private final Syscalls sys;
    private final RtapConfig config;
    private final TapQueue keepAlive;
    private final RouteSocket route;
    private final Links links;
    private final Link opened;
    private final QueuePair[] pairs;
    private boolean closed;

    private Rtap(Syscalls sys, RtapConfig config, TapQueue keepAlive, RouteSocket route, Link opened) {
        this.sys = sys;
        this.config = config;
        this.keepAlive = keepAlive;
        this.route = route;
        this.links = new Links(route);
        this.opened = opened;
        this.pairs = new QueuePair[config.queues()];
    }

    /** Opens a device in the calling thread's network namespace. */
    public static Rtap open(RtapConfig config) throws IOException {
        return open(Syscalls.libc(), config);
    }

    /**
     * Opens a device through {@code sys}.
     *
     * @throws ErrnoException naming the call that failed, the cause and the remedy; nothing is left behind
     */
    public static Rtap open(Syscalls sys, RtapConfig config) throws IOException {
        TapQueue keepAlive = TapQueue.open(sys, new TapRequest(config.name(), config.napi(), config.persist()));
        RouteSocket route = null;
        try {
            route = RouteSocket.open(sys);
            Links links = new Links(route);
            Link link = links.get(keepAlive.name());
            keepAlive.detach();
            if (config.mtu() != 0) {
                links.setMtu(link.ifIndex(), config.mtu());
            }
            return new Rtap(sys, config, keepAlive, route, link);
        } catch (IOException | RuntimeException e) {
            if (route != null) {
                route.close();
            }
            keepAlive.close();
            throw e;
        }
    }

    /** The name it was opened with, as the kernel gave it. */
    public String name() {
        return opened.name();
    }

    /** The interface index. */
    public int ifIndex() {
        return opened.ifIndex();
    }

    /** The MAC address it was opened with: 48 bits, first byte highest; see {@link dev.jrtap.net.MacAddress}. */
    public long macAddress() {
        return opened.macAddress();
    }

    /** Whether IFF_NAPI is on. */
    public boolean napi() {
        return keepAlive.napi();
    }

    /** The interface as it is now. */
    public Link link() throws IOException {
        return links.get(ifIndex());
    }

    /** Brings the interface up. */
    public void up() throws IOException {
        links.up(ifIndex());
    }

    /** Takes the interface down. */
    public void down() throws IOException {
        links.down(ifIndex());
    }

    /** Gives the kernel's side of the interface an address; {@code prefixLength} is 0..32. */
    public void addAddress(Inet4Address address, int prefixLength) throws IOException {
        new Addresses(route).add(ifIndex(), address, prefixLength);
    }

    /**
     * Opens a queue pair, which takes packets from and gives them to {@code pool}.
     *
     * <p>Close it, or this device, before the pool.
     *
     * @param index 0..queues - 1
     * @throws IllegalArgumentException if the pool's slots are too small for the MTU
     * @throws IllegalStateException if the pair is open
     */
    public synchronized QueuePair openQueue(int index, PacketPool pool) throws IOException {
        if (closed || index < 0 || index >= pairs.length) {
            throw closed
                    ? new IllegalStateException("the device is closed")
                    : new IllegalArgumentException("queue pairs are 0.." + (pairs.length - 1) + ": " + index);
        }
        if (pairs[index] != null && pairs[index].isOpen()) {
            throw new IllegalStateException("queue pair " + index + " is open");
        }
        Link now = link();
        if (pool.frameCapacity() < now.mtu() + MAX_FRAME_OVERHEAD) {
            throw new IllegalArgumentException("slots of the pool hold frames of " + pool.frameCapacity()
                    + " bytes, and the MTU of " + now.mtu() + " needs " + (now.mtu() + MAX_FRAME_OVERHEAD)
                    + ": use PacketPool.forMtu");
        }
        TapQueue queue = TapQueue.open(sys, new TapRequest(now.name(), config.napi(), false));
        pairs[index] = QueuePair.open(sys, queue, pool, config);
        return pairs[index];
    }

    /** Closes the queue pairs, then the device. Further calls do nothing. */
    @Override
    public void close() {
        QueuePair[] open;
        synchronized (this) {
            closed = true;
            open = pairs.clone();
        }
        for (QueuePair pair : open) {
            if (pair != null) {
                pair.close();
            }
        }
        route.close();
        keepAlive.close();
    }

    @Override
    public String toString() {
        return "Rtap(" + name() + ", ifindex " + ifIndex() + (napi() ? ", NAPI" : "") + ")";
    }
}
