// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.LinkListener;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A TAP or TUN network device.
 *
 * <p>It exists as long as this object is open, kept alive by a queue that carries no packets; queue pairs come and go. Its
 * identity is {@link #ifIndex}: the name can be changed by anybody. {@link #up} starts it and {@link #down} stops it; a device
 * that is stopped keeps its name, its addresses and its queue pairs.
 *
 * <p>Threads: control calls from any thread. Each queue pair belongs to the thread that drives it. {@link #close} may come from
 * any thread, and waits for the threads that drive, see {@link dev.jrtap.uring.Ring#close}.
 */
public final class Rtap implements AutoCloseable {

    /** Bytes that a frame has beside the MTU: Ethernet header and one 802.1Q tag. */
    static final int MAX_FRAME_OVERHEAD = 14 + 4;

    private static final int MAX_IP_PACKET = 65535;

    private final Syscalls sys;
    private final RtapConfig config;
    private final TapQueue keepAlive;
    private final boolean adopted;
    private final DeviceSocket device;
    private final LinkControl control;
    private final Link opened;
    private final Queues queues;
    private final Statistics statistics;
    private final List<LinkMonitor> monitors = new ArrayList<>();
    private Set<TunOffload> offloads = Collections.emptySet();
    private Telemetry telemetry;

    private Rtap(Syscalls sys, RtapConfig config, TapQueue keepAlive, boolean adopted, DeviceSocket device)
            throws IOException {
        this.sys = sys;
        this.config = config;
        this.keepAlive = keepAlive;
        this.adopted = adopted;
        this.device = device;
        this.queues = new Queues(config.queues());
        this.control = new LinkControl(device, queues::checkMtu);
        this.opened = control.get();
        this.statistics = new Statistics(queues, control, control.statistics());
    }

    /** Opens a device, in the calling thread's network namespace unless the configuration names another. */
    public static Rtap open(RtapConfig config) throws IOException {
        return open(Syscalls.libc(), config);
    }

    /**
     * Opens a device through {@code sys}.
     *
     * @throws ErrnoException naming the call that failed, the cause and the remedy; nothing is left behind
     */
    public static Rtap open(Syscalls sys, RtapConfig config) throws IOException {
        TapRequest request = new TapRequest(config.name(), config.mode(), config.napi());
        NetworkNamespace namespace = config.namespace().isEmpty()
                ? null
                : NetworkNamespace.open(sys, config.namespace().get());
        TapQueue keepAlive = null;
        try {
            keepAlive = DeviceSocket.inNamespace(namespace, () -> TapQueue.open(sys, request));
            return open(sys, config, keepAlive, false, namespace);
        } catch (IOException | RuntimeException e) {
            if (namespace != null) {
                namespace.close();
            }
            throw e;
        }
    }

    /** Takes ownership of {@code keepAlive} and {@code namespace}, also if it throws. */
    private static Rtap open(
            Syscalls sys, RtapConfig config, TapQueue keepAlive, boolean adopted, NetworkNamespace namespace)
            throws IOException {
        DeviceSocket device = null;
        try {
            device = DeviceSocket.open(sys, keepAlive, namespace);
            if (!adopted) {
                keepAlive.detach();
            }
            Rtap rtap = new Rtap(sys, config, keepAlive, adopted, device);
            rtap.apply();
            rtap.telemetry = Telemetry.of(rtap);
            return rtap;
        } catch (IOException | RuntimeException e) {
            if (device != null) {
                device.close();
            }
            if (namespace != null) {
                namespace.close();
            }
            keepAlive.close();
            throw e;
        }
    }

    /**
     * Makes a device of a descriptor that somebody else has opened and attached, with IFF_NO_PI and IFF_VNET_HDR: handed over by a
     * supervisor, or opened with other rights. It is the descriptor of queue pair 0, and keeps the device alive; more queue pairs can be had
     * where it was opened with IFF_MULTI_QUEUE. Name, mode and NAPI are those it has.
     *
     * @param descriptor closed with the device, or by the exception
     */
    public static Rtap adopt(Syscalls sys, int descriptor, RtapConfig config) throws IOException {
        TapQueue queue = TapQueue.adopt(Fd.own(sys, descriptor));
        NetworkNamespace namespace = null;
        try {
            namespace = queue.namespace();
        } catch (IOException e) {
            // The kernel is too old to say, or does not say it to this user: then it is where the caller is.
        }
        return open(sys, config, queue, true, namespace);
    }

    /** What leaves a trace beyond the descriptor comes last, so that a failure before it leaves none. */
    private void apply() throws IOException {
        // Also if it is none, for a persistent device keeps what an earlier process has said. Who adopts a descriptor
        // and asks
        // for none leaves it to whoever has opened it.
        if (!adopted || !config.offloads().isEmpty()) {
            offloads = Collections.unmodifiableSet(keepAlive.setOffloads(config.offloads()));
        }
        if (config.mtu() != 0) {
            control.setMtu(config.mtu());
        }
        if (config.macAddress().isPresent()) {
            control.setMacAddress(config.macAddress().getAsLong());
        }
        if (config.owner().isPresent()) {
            keepAlive.setOwner(config.owner().getAsInt());
        }
        if (config.group().isPresent()) {
            keepAlive.setGroup(config.group().getAsInt());
        }
        if (config.persist()) {
            keepAlive.setPersistent(true);
        }
    }

    /** The name it was opened with, as the kernel gave it; {@code link().name()} is the present one. */
    public String name() {
        return opened.name();
    }

    /** The interface index. It changes only with the network namespace, and only if it is taken there. */
    public int ifIndex() {
        return device.ifIndex();
    }

    /** The MAC address it was opened with: 48 bits, first byte highest; see {@link dev.jrtap.net.MacAddress}. */
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

    /** What the kernel has agreed to leave undone, of what was asked for; unmodifiable. */
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

    /** Starts it: brings the interface up. */
    public void up() throws IOException {
        control.up();
    }

    /** Stops it: takes the interface down. Queue pairs stay open. */
    public void down() throws IOException {
        control.down();
    }

    /**
     * Changes how many queue pairs can be opened, at any time. Those that are too many are closed, with their owners' help as in
     * {@link QueuePair#close}; the others are not disturbed.
     *
     * @param rx 1..128
     * @param tx as many
     */
    public void configure(int rx, int tx) {
        RtapConfig.checkQueues(rx, tx);
        queues.resize(rx);
    }

    /** Whether the interface outlives this process. */
    public void setPersistent(boolean on) throws ErrnoException {
        keepAlive.setPersistent(on);
    }

    /**
     * Moves the device to another network namespace, with its open queue pairs. It goes down, and loses its addresses.
     *
     * @param namespace {@code /run/netns/NAME}, or {@code /proc/PID/ns/net}
     */
    public void moveTo(Path namespace) throws IOException {
        device.moveTo(NetworkNamespace.open(sys, namespace));
    }

    /**
     * Opens a queue pair, which takes packets from and gives them to {@code pool}.
     *
     * <p>Close it, or this device, before the pool.
     *
     * @param index 0..queues - 1
     * @throws IllegalArgumentException if the pool does not go with how packets shall be received
     * @throws IllegalStateException if the pair is open
     */
    public QueuePair openQueue(int index, PacketPool pool) throws IOException {
        return queues.open(index, () -> {
            int longest = longestFrame(link().mtu());
            return QueuePair.open(sys, descriptor(index), pool, config, longest);
        });
    }

    /** Bytes of the longest frame that can arrive: with segmentation left undone, as long as an IP packet can be. */
    private int longestFrame(int mtu) {
        boolean whole = offloads.contains(TunOffload.TSO) || offloads.contains(TunOffload.USO);
        return (whole ? MAX_IP_PACKET : mtu) + MAX_FRAME_OVERHEAD;
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

    Queues queuePairs() {
        return queues;
    }

    /**
     * Has a listener told what happens to the interface, by a thread that waits for it.
     *
     * @return closes itself with the device
     */
    public LinkMonitor watch(LinkListener listener) throws IOException {
        LinkMonitor monitor = device.inNamespace(() -> LinkMonitor.open(sys, ifIndex(), listener));
        synchronized (monitors) {
            monitors.removeIf(other -> !other.isOpen());
            monitors.add(monitor);
        }
        // Not in the namespace: a thread would inherit it, and the listener runs on that thread.
        return monitor.start();
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
        synchronized (monitors) {
            monitors.forEach(LinkMonitor::close);
            monitors.clear();
        }
        queues.close();
        device.close();
        keepAlive.close();
    }

    @Override
    public String toString() {
        return "Rtap(" + name() + ", ifindex " + ifIndex() + (napi() ? ", NAPI" : "") + ")";
    }
}
