// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.LinkListener;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.netlink.TunSettings;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A TAP or TUN network device.
 *
 * <p>It exists as long as this object is open, kept alive by a queue that carries no packets; queue pairs come and go.
 * Its identity is {@link #ifIndex}: the name can be changed by anybody. {@link #up} starts it and {@link #down} stops
 * it; a device that is stopped keeps its name, its addresses and its queue pairs.
 *
 * <p>Threads: control calls from any thread. Each queue pair belongs to the thread that drives it. {@link #close} may
 * come from any thread, and waits for the threads that drive, see {@link dev.jrtap.uring.Ring#close}.
 */
public final class Rtap implements AutoCloseable {

    private final Syscalls sys;
    private final RtapConfig config;
    private final TapQueue keepAlive;
    private final boolean adopted;
    private final DeviceSocket device;
    private final LinkControl control;
    private final Link opened;
    private final Queues queues;
    private final Strays strays;
    private final Statistics statistics;
    private final List<LinkMonitor> monitors = new ArrayList<>();
    private boolean closed;
    private final Set<TunOffload> offloads;
    private final boolean offloadsKnown;
    private final boolean offloadsSet;
    private final Telemetry telemetry;

    /** What {@code opening} has opened and set is this device's from here on. */
    Rtap(Opening opening) {
        this.sys = opening.sys;
        this.config = opening.config;
        this.keepAlive = opening.keepAlive;
        this.adopted = opening.adopted;
        this.device = opening.device;
        this.queues = opening.queues;
        this.control = opening.control;
        this.offloads = opening.offloads;
        this.offloadsKnown = opening.offloadsKnown;
        this.offloadsSet = opening.offloadsSet;
        this.opened = opening.opened;
        this.strays = opening.strays;
        this.statistics = new Statistics(queues, control, strays, opening.start);
        this.telemetry = Telemetry.of(this);
    }

    /** Opens a device, in the calling thread's network namespace unless the configuration names another. */
    public static Rtap open(RtapConfig config) throws IOException {
        return open(Syscalls.libc(), config);
    }

    /**
     * Opens a device through {@code sys}.
     *
     * <p>One that exists already, because it is persistent or another process has it too, gets the MTU, the MAC
     * address, the owner and the group that the configuration names, and the offloads. If that fails half-way it has
     * the MTU, the MAC address, the owner and the group again that it had before. An owner or a group cannot be taken
     * away where there was none, and the former offloads are not known: the kernel does not tell them.
     *
     * @throws ErrnoException naming the call that failed, the cause and the remedy; nothing is left behind
     */
    public static Rtap open(Syscalls sys, RtapConfig config) throws IOException {
        return Opening.open(sys, config);
    }

    /**
     * Makes a device of a descriptor that somebody else has opened and attached, with IFF_NO_PI and IFF_VNET_HDR:
     * handed over by a supervisor, or opened with other rights. It is the descriptor of queue pair 0, and keeps the
     * device alive; more queue pairs can be had where it was opened with IFF_MULTI_QUEUE. Name, mode and NAPI are those
     * it has.
     *
     * @param descriptor closed with the device, or by the exception
     */
    public static Rtap adopt(Syscalls sys, int descriptor, RtapConfig config) throws IOException {
        return Opening.adopt(sys, descriptor, config);
    }

    /** The name it was opened with, as the kernel gave it; {@code link().name()} is the present one. */
    public String name() {
        return opened.name();
    }

    /** The interface index. It changes only with the network namespace, and only if it is taken there. */
    public int ifIndex() {
        return device.ifIndex();
    }

    /** The MAC address it was opened with: 48 bits, first byte highest; see {@link dev.jrtap.address.MacAddress}. */
    public long macAddress() {
        return opened.macAddress();
    }

    /** Whether it carries Ethernet frames or IP packets. */
    public TunMode mode() {
        return keepAlive.mode();
    }

    /** Whether IFF_NAPI is on. */
    public boolean napi() {
        return keepAlive.napi();
    }

    /**
     * Returns what the kernel has agreed to leave undone in packets of this device; unmodifiable. Of a device that
     * others have open or have made, and with none asked for, it is empty: the kernel does not tell what they have
     * agreed on.
     */
    public Set<TunOffload> offloads() {
        return offloads;
    }

    /** Queue pairs that can be opened. */
    public int queues() {
        return queues.count();
    }

    /** The interface as it is now. */
    public Link link() throws IOException {
        return control.get();
    }

    /** Everything that can be set on the kernel's side: MTU, addresses, routes. */
    public LinkControl control() {
        return control;
    }

    /** What it is, can be, and was granted. */
    public RtapInfo info() throws IOException {
        Link link = link();
        List<QueuePair> open = queues.open();
        return new RtapInfo(
                link,
                mode(),
                RtapLimits.of(link.minMtu(), link.maxMtu()),
                keepAlive.driverFeatures(),
                napi(),
                TapQueue.VNET_HEADER_LENGTH,
                queues.count(),
                open.size(),
                open.isEmpty() ? config.rxMode() : open.get(0).rx().mode(),
                offloads,
                open.stream().findFirst().flatMap(QueuePair::granted));
    }

    /**
     * Starts it: brings the interface up, and adds the routes of the configuration. If one cannot be added, it is down
     * again.
     */
    public void up() throws IOException {
        List<IpPrefix> routes = config.addressing().routes();
        // A device that is up has its routes: the kernel removes them when it goes down.
        boolean add = !routes.isEmpty() && !link().isAdministrativelyUp();
        control.up();
        if (add) {
            try {
                for (IpPrefix route : routes) {
                    control.addRoute(route);
                }
            } catch (IOException e) {
                control.down();
                throw e;
            }
        }
    }

    /** Stops it: takes the interface down. Queue pairs stay open. */
    public void down() throws IOException {
        control.down();
    }

    /**
     * Changes how many queue pairs can be opened, at any time. Those that are too many are closed, with their owners'
     * help as in {@link QueuePair#close}; the others are not disturbed.
     *
     * @param rx 1..128
     * @param tx as many
     */
    public void configure(int rx, int tx) {
        RtapConfig.checkQueues(rx, tx);
        queues.resize(rx);
    }

    /** Asks the kernel whether the interface is gone, because somebody has deleted it. */
    public boolean isGone() {
        checkOpen();
        try {
            keepAlive.currentName();
            return false;
        } catch (ErrnoException e) {
            return e.errno() == Errno.EBADFD;
        }
    }

    /** Sets whether the interface outlives this process. */
    public void setPersistent(boolean on) throws ErrnoException {
        checkOpen();
        keepAlive.setPersistent(on);
    }

    /**
     * Moves the device to another network namespace, with its open queue pairs. It goes down, and loses its addresses.
     *
     * @param namespace {@code /run/netns/NAME}, or {@code /proc/PID/ns/net}
     */
    public void moveTo(Path namespace) throws IOException {
        checkOpen();
        device.moveTo(NetworkNamespace.open(sys, namespace));
    }

    /**
     * Opens a queue pair, which takes packets from and gives them to {@code pool}.
     *
     * <p>Close it, or this device, before the pool.
     *
     * @param index 0..queues - 1
     * @throws IllegalArgumentException if the pool does not suit the configured way of receiving
     * @throws IllegalStateException if the pair is open, or the pool or the device is closed
     */
    public QueuePair openQueue(int index, PacketPool pool) throws IOException {
        return queues.open(index, () -> {
            PoolUsers.Queue user = pool.users().join("queue " + index + " of " + name(), mode());
            try {
                int longest = FrameSize.longest(mode(), link().mtu(), possibleOffloads());
                TapQueue queue = descriptor(index);
                // What waits in an adopted queue waits for the next pair: the descriptor stays.
                Consumer<TapQueue> retirement = adopted && index == 0 ? kept -> {} : strays::retire;
                QueuePair pair = QueuePair.open(sys, queue, pool, user, config, longest);
                pair.onClosed(packets -> {
                    strays.count(packets);
                    retirement.accept(queue);
                });
                return pair;
            } catch (Throwable e) {
                user.leave();
                throw e;
            }
        });
    }

    /**
     * What packets may have left undone in them. If nobody tells, it can be anything; but slots for MULTISHOT hold any
     * frame whole, and there longer ones are dropped and counted.
     */
    private Set<TunOffload> possibleOffloads() {
        return offloadsKnown || config.rxMode() == RxMode.MULTISHOT ? offloads : Set.of(TunOffload.values());
    }

    /** A descriptor for one more queue. */
    TapQueue descriptor(int index) throws IOException {
        if (adopted && index == 0) {
            return keepAlive.duplicate();
        }
        TapRequest request = new TapRequest(link().name(), mode(), napi());
        return device.inNamespace(() -> TapQueue.open(sys, request));
    }

    Syscalls syscalls() {
        return sys;
    }

    /** Takes a queue out of service; what waits in it goes to the others, or is counted as missed. */
    void retire(TapQueue queue) {
        strays.retire(queue);
    }

    Queues queuePairs() {
        return queues;
    }

    /**
     * Has a listener told what happens to the interface, by a thread that waits for it.
     *
     * @return closes itself with the device
     * @throws IllegalStateException if the device is closed
     */
    public LinkMonitor watch(LinkListener listener) throws IOException {
        Objects.requireNonNull(listener, "listener");
        checkOpen();
        LinkMonitor monitor = device.inNamespace(() -> LinkMonitor.open(sys, ifIndex(), listener));
        synchronized (monitors) {
            if (!closed) {
                monitors.removeIf(other -> !other.isOpen());
                monitors.add(monitor);
                // Not in the namespace: a thread would inherit it, and the listener runs on that thread.
                return monitor.start();
            }
        }
        // Closed meanwhile: the index may be another interface's by now.
        monitor.close();
        throw closed();
    }

    private void checkOpen() {
        synchronized (monitors) {
            if (closed) {
                throw closed();
            }
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException(name() + " is closed");
    }

    /** What has been counted since the last reset. From any thread; asks the kernel once. */
    public RtapStatistics statistics() throws IOException {
        return statistics.read();
    }

    /**
     * Every counter by name, in the order and by the names of DPDK's drivers: {@code rx_good_packets},
     * {@code tx_q0_size_64_packets}; {@code rtap/README.md} has them all. From any thread.
     */
    public Map<String, Long> extendedStatistics() throws IOException {
        return statistics.readExtended();
    }

    /** Counts from zero again. */
    public void resetStatistics() throws IOException {
        statistics.reset();
    }

    /** Closes the queue pairs, then the device. Further calls do nothing. */
    @Override
    public void close() {
        telemetry.close();
        List<LinkMonitor> watching;
        synchronized (monitors) {
            closed = true;
            watching = List.copyOf(monitors);
            monitors.clear();
        }
        // Not under the lock, which a listener may want that is being waited for.
        watching.forEach(LinkMonitor::close);
        queues.close();
        clearOffloads();
        device.close();
        keepAlive.close();
    }

    /** A persistent device does not keep what only this process can use, unless another one has it too. */
    private void clearOffloads() {
        if (!offloadsSet || offloads.isEmpty()) {
            return;
        }
        try {
            TunSettings settings = device.settings();
            if (settings.persistent() && settings.descriptors() <= 1) {
                keepAlive.setOffloads(Set.of());
            }
        } catch (IOException | IllegalStateException e) {
            // The device is gone, or this one has been closed before.
        }
    }

    @Override
    public String toString() {
        return "Rtap(" + name() + ", ifindex " + ifIndex() + (napi() ? ", NAPI" : "") + ")";
    }
}
