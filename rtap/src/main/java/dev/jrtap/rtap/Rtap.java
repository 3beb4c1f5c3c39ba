// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Code;
import dev.jrtap.bpf.ProgramType;
import dev.jrtap.bpf.VerifierException;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.LinkListener;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A TAP or TUN network device.
 *
 * <p>It exists as long as this object is open, kept alive by a queue that carries no packets; queue pairs can be opened
 * and closed at any time. Its identity is {@link #ifIndex}, since any process with the right can rename it. {@link #up}
 * starts it and {@link #down} stops it; a stopped device keeps its name, addresses and queue pairs.
 *
 * <p>Threads: control calls from any thread. Each queue pair belongs to the thread that drives it. {@link #close} may
 * come from any thread, and waits for the threads that drive, see {@link dev.jrtap.uring.Ring#close}.
 */
public final class Rtap implements AutoCloseable {

    private final Syscalls sys;
    private final RtapConfig config;
    private final TapQueue keepAlive;
    private final List<TapQueue> adopted;
    private final DeviceSocket device;
    private final LinkControl control;
    private final Link opened;
    private final GrantedOffloads offloads;
    private final @Nullable MappedDevice mapped;
    private final Optional<String> notMapped;
    private final DevicePrograms programs;
    private final Queues queues;
    private final QueueEvents events;
    private final QueueOpener opener;
    private final Statistics statistics;
    private final LinkWatch watch;

    /** What {@code opening} has opened and set is this device's from here on. */
    Rtap(Opening opening) {
        this.sys = opening.sys;
        this.config = opening.config;
        this.keepAlive = opening.keepAlive;
        this.adopted = opening.adopted;
        this.device = opening.device;
        this.control = opening.control;
        this.opened = opening.opened;
        this.offloads = opening.offloads;
        this.mapped = opening.mapped;
        this.notMapped = opening.notMapped;
        this.programs = opening.programs;
        this.queues = opening.queues;
        this.events = new QueueEvents(opened.name());
        this.opener = new QueueOpener(opening, events);
        this.statistics = new Statistics(queues, control, opening.strays, programs, opening.start);
        this.watch = new LinkWatch(sys, device, opened.name());
    }

    /** Opens a device, in the calling thread's network namespace unless the configuration names another. */
    public static Rtap open(RtapConfig config) throws IOException {
        return open(Syscalls.libc(), config);
    }

    /**
     * Opens a device through {@code sys}.
     *
     * <p>An existing device, which is persistent or open in another process, gets the MTU, the MAC address, the owner
     * and the group that the configuration names, and the offloads. If that fails half-way, the former MTU, MAC
     * address, owner and group are restored. An owner or a group cannot be removed where there was none, and the former
     * offloads are unknown, because the kernel does not report them.
     *
     * @throws ErrnoException naming the call that failed, the cause and the remedy; nothing is left behind
     */
    public static Rtap open(Syscalls sys, RtapConfig config) throws IOException {
        return new Rtap(Opening.open(sys, config));
    }

    /** Like {@link #adopt(Syscalls, int, RtapConfig)}, with the real system calls. */
    public static Rtap adopt(int descriptor, RtapConfig config) throws IOException {
        return adopt(Syscalls.libc(), descriptor, config);
    }

    /**
     * Makes a device of a descriptor that other code has opened and attached, with IFF_NO_PI and IFF_VNET_HDR: passed
     * by a supervisor, or opened with other rights. It is the descriptor of queue pair 0, and keeps the device alive;
     * more queue pairs are available if it was opened with IFF_MULTI_QUEUE. The device keeps its name, mode and NAPI
     * setting.
     *
     * @param descriptor closed with the device, or when this throws
     */
    public static Rtap adopt(Syscalls sys, int descriptor, RtapConfig config) throws IOException {
        return new Rtap(Opening.adopt(sys, List.of(descriptor), config, null));
    }

    /** Returns the name that the kernel gave it when it was opened; {@code link().name()} is the present one. */
    public String name() {
        return opened.name();
    }

    /** Returns the interface index. It changes only in a move to a network namespace where it is taken. */
    public int ifIndex() {
        return device.ifIndex();
    }

    /**
     * Returns the MAC address with which it was opened: 48 bits, first byte highest; see {@link
     * dev.jrtap.address.MacAddress}.
     */
    public long macAddress() {
        return opened.macAddress();
    }

    /** Whether it carries Ethernet frames or IP packets. */
    public TunMode mode() {
        return keepAlive.mode();
    }

    /** Returns whether IFF_NAPI is on. */
    public boolean hasNapi() {
        return keepAlive.napi();
    }

    /**
     * Returns the offloads that the kernel has granted, which it may leave undone in packets of this device;
     * unmodifiable. For a device that others have opened or made, and without a request of ours, it is empty: the
     * kernel does not report theirs.
     */
    public Set<TunOffload> offloads() {
        return offloads.offloads();
    }

    /** Returns the number of queue pairs that can be opened. */
    public int queues() {
        return queues.count();
    }

    /** Returns the present state of the interface. */
    public Link link() throws IOException {
        return control.get();
    }

    /** Returns the control of the kernel's side: MTU, addresses, routes. */
    public LinkControl control() {
        return control;
    }

    /** Returns its state, limits and granted features. */
    public RtapInfo info() throws IOException {
        return RtapInfo.of(
                link(),
                keepAlive,
                device.call(TapQueue::driverFeatures),
                queues,
                config.rxMode(),
                notMapped,
                offloads(),
                programs);
    }

    /**
     * Starts it: brings the interface up, and adds the routes of the configuration. If one cannot be added, takes the
     * interface down again.
     */
    public void up() throws IOException {
        control.up(config.options().addressing.routes());
    }

    /** Stops it: takes the interface down. Queue pairs stay open. */
    public void down() throws IOException {
        control.down();
    }

    /**
     * Changes how many queue pairs can be opened, at any time. Surplus pairs are closed, with their owners' help as in
     * {@link QueuePair#close}; the others are not disturbed.
     *
     * @param rx 1..128
     * @param tx as many
     */
    public void configure(int rx, int tx) {
        RtapLimits.checkQueues(rx, tx);
        queues.resize(rx);
    }

    /** Asks the kernel whether the interface was deleted. */
    public boolean isGone() {
        watch.checkOpen();
        try {
            device.call(TapQueue::currentName);
            return false;
        } catch (ErrnoException e) {
            return e.errno() == Errno.EBADFD;
        }
    }

    /**
     * Plugs in or unplugs the cable: without a carrier the kernel stops sending to the device, at the latest a second
     * later, and {@code link().isUp()} is {@code false}. A device has a carrier when it is opened.
     *
     * @throws ErrnoException EPERM if {@code on} is true and no queue pair is open
     */
    public void setCarrier(boolean on) throws ErrnoException {
        watch.checkOpen();
        device.call(queue -> {
            queue.setCarrier(on);
            return on;
        });
    }

    /**
     * Sets whether the interface outlives this process.
     *
     * @throws IllegalStateException if {@link RxMode#MAPPED} forbids it
     */
    public void setPersistent(boolean on) throws ErrnoException {
        watch.checkOpen();
        if (on && mapped != null) {
            throw new IllegalStateException(
                    name() + " has RxMode.MAPPED, whose filter its next owner would meet: it cannot be persistent");
        }
        device.call(queue -> {
            queue.setPersistent(on);
            return on;
        });
    }

    /**
     * Changes how the kernel chooses the queue pair of each packet, at any time. Nothing is lost: packets that wait in
     * a queue are received from it, while later ones of the same flow may already come by another one.
     *
     * @throws VerifierException if the kernel refuses a program of the caller's
     * @throws ErrnoException EPERM and its like, with the missing right and the remedy; the former steering stays
     * @throws IllegalArgumentException if packets of this kind of device have no such field
     * @throws IllegalStateException if the device is closed, adopted or shared
     */
    public void setSteering(Steering steering) throws ErrnoException {
        programs.setSteering(Objects.requireNonNull(steering, "steering"));
    }

    /**
     * Has a BPF program drop packets that the kernel sends to the device, at any time, in place of a former one.
     * Dropped packets count as {@link RtapStatistics#filtered}, and cost neither a slot nor a system call.
     *
     * <p>It is of the type {@link ProgramType#SOCKET_FILTER}, has the packet in R1, from the start of the frame on (on
     * a TUN device, of the IP packet), and returns 0 to drop it; any other number lets it pass whole. It becomes part
     * of a larger program, which takes the farthest 8 of the 512 bytes of its stack. A load beyond the packet's end by
     * {@link Assembler#ldAbs} ends all of it at once: such a packet is dropped and counts as missed.
     *
     * <p>Frames that XDP sends or redirects go past it. Since Linux 5.5.
     *
     * @param program whose maps must stay open until this returns; the kernel keeps them from then on
     * @throws VerifierException if the kernel refuses the program
     * @throws ErrnoException EPERM and its like, with the missing right and the remedy; the former filter stays
     * @throws IllegalStateException if the device is closed, adopted or shared
     */
    public void setFilter(Code program) throws ErrnoException {
        programs.setFilter(Objects.requireNonNull(program, "program"));
    }

    /** Lets all packets pass; does nothing if there is no filter. */
    public void clearFilter() throws ErrnoException {
        programs.setFilter(null);
    }

    /**
     * Moves the device to another network namespace, with its open queue pairs. It goes down and loses its addresses.
     *
     * @param namespace {@code /run/netns/NAME}, or {@code /proc/PID/ns/net}
     */
    public void moveTo(Path namespace) throws IOException {
        watch.checkOpen();
        device.moveTo(NetworkNamespace.open(sys, namespace));
    }

    /**
     * Opens a queue pair, which takes packets from and gives them to {@code pool}.
     *
     * <p>Close it, or this device, before the pool.
     *
     * @param index 0..queues - 1
     * @throws IllegalArgumentException if the pool does not suit the configured receive mode
     * @throws IllegalStateException if the pair is open, or the pool or the device is closed
     */
    public QueuePair openQueue(int index, PacketPool pool) throws IOException {
        return queues.open(index, () -> opener.open(index, pool));
    }

    /** Returns the queue pairs that are open, by ascending index. */
    public List<QueuePair> openQueues() {
        return queues.open();
    }

    /** Adds a listener to the queue pairs. */
    public void addListener(QueueListener listener) {
        events.add(Objects.requireNonNull(listener, "listener"));
    }

    /** Removes a listener. */
    public void removeListener(QueueListener listener) {
        events.remove(listener);
    }

    Syscalls syscalls() {
        return sys;
    }

    Queues queuePairs() {
        return queues;
    }

    boolean isMapped() {
        return mapped != null;
    }

    QueueOpener opener() {
        return opener;
    }

    /**
     * Reports changes of the interface to a listener, on a new thread that waits for them.
     *
     * @return the monitor, which is closed with the device
     * @throws IllegalStateException if the device is closed
     */
    public LinkMonitor watch(LinkListener listener) throws IOException {
        return watch.watch(Objects.requireNonNull(listener, "listener"));
    }

    /** Returns the counts since the last reset. Any thread; asks the kernel once. */
    public RtapStatistics statistics() throws IOException {
        return statistics.read();
    }

    /**
     * Every counter by name, in the order and by the names of DPDK's drivers: {@code rx_good_packets}, {@code
     * tx_q0_size_64_packets}; {@code rtap/README.md} lists them all. Any thread.
     */
    public Map<String, Long> extendedStatistics() throws IOException {
        return statistics.readExtended();
    }

    /** Resets all counts to zero. */
    public void resetStatistics() throws IOException {
        statistics.reset();
    }

    /** Closes the queue pairs, then the device. Further calls do nothing. */
    @Override
    public void close() {
        try {
            try {
                watch.close();
            } finally {
                queues.close();
            }
            offloads.clear(device);
        } finally {
            try {
                programs.close();
            } finally {
                closeDescriptors();
            }
        }
    }

    /** Even if an Error has come before: the descriptors are all that keeps a device alive. */
    private void closeDescriptors() {
        try {
            if (mapped != null) {
                mapped.close();
            }
        } finally {
            device.close();
            keepAlive.close();
            adopted.forEach(TapQueue::close);
        }
    }

    @Override
    public String toString() {
        return "Rtap(" + name() + ", ifindex " + ifIndex() + (hasNapi() ? ", NAPI" : "") + ")";
    }
}
