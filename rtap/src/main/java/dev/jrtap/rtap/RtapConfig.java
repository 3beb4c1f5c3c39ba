// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.address.MacAddress;
import dev.jrtap.bpf.Code;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The settings with which a device is opened. Immutable: each {@code with} method returns a changed copy.
 *
 * <pre>{@code
 * RtapConfig.named("rtap%d").withQueues(2).withMtu(9000).withOffloads(TunOffload.values())
 * }</pre>
 *
 * <p>Threads: any.
 */
public final class RtapConfig {

    private final RtapOptions options;

    private RtapConfig(RtapOptions options) {
        this.options = options;
    }

    /**
     * A TAP device of one queue pair, with the MTU and the MAC address that the kernel chooses, NAPI where the kernel
     * offers it, not persistent, and 256 packets in flight.
     *
     * @param name of the interface, or a pattern with {@code %d} that the kernel numbers, 1..15 bytes
     * @throws IllegalArgumentException if no interface can have that name, see {@link InterfaceName}
     */
    public static RtapConfig named(String name) {
        RtapOptions options = new RtapOptions();
        options.name = InterfaceName.parse(name).text();
        return new RtapConfig(options);
    }

    private RtapConfig with(Consumer<RtapOptions> change) {
        RtapOptions copy = options.clone();
        change.accept(copy);
        return new RtapConfig(copy);
    }

    /**
     * Sets whether the device carries Ethernet frames or IP packets; Ethernet frames by default.
     *
     * @throws IllegalArgumentException if the MTU has been set to one that only a TUN device can have
     */
    public RtapConfig withMode(TunMode mode) {
        RtapLimits.checkMtu(mode, options.mtu);
        return with(o -> o.mode = mode);
    }

    /** Sets the number of queue pairs that can be opened, 1..128. */
    public RtapConfig withQueues(int queues) {
        return withQueues(queues, queues);
    }

    /**
     * Sets the queue pairs that can be opened, as counts of receive and transmit queues.
     *
     * @throws IllegalArgumentException if the counts differ: a receive and a transmit queue are the two directions of
     *     one descriptor
     */
    public RtapConfig withQueues(int rx, int tx) {
        RtapLimits.checkQueues(rx, tx);
        return with(o -> o.queues = rx);
    }

    /**
     * Sets the bytes of an IP packet: 68..65521, for a TUN device ({@link #withMode} first) up to 65535; or 0 for the
     * kernel's default of 1500.
     */
    public RtapConfig withMtu(int mtu) {
        RtapLimits.checkMtu(options.mode, mtu);
        return with(o -> o.mtu = mtu);
    }

    /**
     * Sets the MAC address of the kernel's side: 48 bits, first byte highest; see {@link MacAddress}.
     *
     * @throws IllegalArgumentException if it has more bits, is that of a group, or is 0
     */
    public RtapConfig withMacAddress(long mac) {
        return withMacAddress(new MacAddress(mac));
    }

    /**
     * Sets the MAC address of the kernel's side.
     *
     * @throws IllegalArgumentException if it is that of a group, or is 0
     */
    public RtapConfig withMacAddress(MacAddress mac) {
        if (!mac.isStation()) {
            throw new IllegalArgumentException("the MAC address of a device must be that of one station: " + mac);
        }
        return with(o -> o.mac = OptionalLong.of(mac.value()));
    }

    /** Adds an address of the kernel's side, and a route to its subnet. Addresses that the device has already stay. */
    public RtapConfig withAddress(IpPrefix address) {
        return with(o -> o.addressing = o.addressing.withAddress(address));
    }

    /**
     * Adds a peer to the last address, as {@code ip address add LOCAL peer PEER} does: the other end of a
     * point-to-point link. The prefix of the local address, usually /32 or /128, is then that of the peer's subnet.
     *
     * @throws IllegalArgumentException if there is no address, or it is of the other family
     */
    public RtapConfig withPeer(InetAddress peer) {
        return with(o -> o.addressing = o.addressing.withPeer(peer));
    }

    /** Adds a route for {@code destination} to the device, from each {@link Rtap#up} to the next {@link Rtap#down}. */
    public RtapConfig withRoute(IpPrefix destination) {
        return with(o -> o.addressing = o.addressing.withRoute(destination));
    }

    /** Leaves IFF_NAPI off even where the kernel offers it: sending small packets is then 50 to 70 % faster. */
    public RtapConfig withoutNapi() {
        return with(o -> o.napi = false);
    }

    /** Makes the interface outlive the process; opening it again by its name attaches to it. */
    public RtapConfig withPersistence() {
        return with(o -> o.persist = true);
    }

    /**
     * Allows a device that others have open: each queue gets a share of the packets. Without it such a name is refused;
     * a persistent device that nobody has open is always allowed.
     */
    public RtapConfig withSharing() {
        return with(o -> o.claim = o.claim.withShared());
    }

    /** Requires a new device: an existing name is refused (IFF_TUN_EXCL). */
    public RtapConfig withExclusiveCreation() {
        return with(o -> o.claim = o.claim.withExclusive());
    }

    /** Requires an existing device: any other name is refused, and no new device is made. */
    public RtapConfig withExistingDevice() {
        return with(o -> o.claim = o.claim.withExisting());
    }

    /** Sets the user that may attach to the interface without CAP_NET_ADMIN. */
    public RtapConfig withOwner(int uid) {
        RtapLimits.checkId("user", uid);
        return with(o -> o.owner = OptionalInt.of(uid));
    }

    /** Sets the group whose members may attach to the interface without CAP_NET_ADMIN. */
    public RtapConfig withGroup(int gid) {
        RtapLimits.checkId("group", gid);
        return with(o -> o.group = OptionalInt.of(gid));
    }

    /** Makes the device in another network namespace: {@code /run/netns/NAME}, or {@code /proc/PID/ns/net}. */
    public RtapConfig withNamespace(Path namespace) {
        return with(o -> o.namespace = Optional.of(namespace));
    }

    /** Sets the receive mode; {@link RxMode#AUTO} by default. */
    public RtapConfig withRxMode(RxMode rxMode) {
        return with(o -> o.path = o.path.withRxMode(rxMode));
    }

    /**
     * Sets how the kernel chooses the queue pair of each packet; {@link Steering#byKernel} by default. It can be
     * changed later, see {@link Rtap#setSteering}.
     */
    public RtapConfig withSteering(Steering steering) {
        Objects.requireNonNull(steering, "steering");
        return with(o -> o.steering = steering);
    }

    /**
     * Has a BPF program drop packets before they are received; none by default. It can be changed later, see {@link
     * Rtap#setFilter}, which describes the program.
     *
     * @param program whose maps must stay open until a device is opened; the kernel keeps them from then on
     */
    public RtapConfig withFilter(Code program) {
        Objects.requireNonNull(program, "program");
        return with(o -> o.filter = program);
    }

    /** Sets whether an io_uring is used; {@link RingPolicy#PREFER} by default. */
    public RtapConfig withRingPolicy(RingPolicy policy) {
        return with(o -> o.path = o.path.withRings(policy));
    }

    /** Sets what the kernel may leave undone in received packets, see {@link Rtap#offloads}; nothing by default. */
    public RtapConfig withOffloads(TunOffload... offloads) {
        return with(o -> o.path = o.path.withOffloads(Set.of(offloads)));
    }

    /**
     * Cuts super-packets of these kinds before they are sent, in place of the kernel: for kernels that cut them
     * wrongly. By default a super-packet is cut here if the kernel refuses it or has refused one of its kind.
     *
     * @param kinds {@link TunOffload#TSO}, {@link TunOffload#USO} or both
     */
    public RtapConfig withSoftwareSegmentation(TunOffload... kinds) {
        Set<TunOffload> cut = Set.of(kinds);
        if (!Set.of(TunOffload.TSO, TunOffload.USO).containsAll(cut)) {
            throw new IllegalArgumentException("only TSO and USO are segmentation: " + cut);
        }
        return with(o -> o.cut = cut);
    }

    /**
     * Defers sent packets to the next kernel entry, a receive or {@link TxQueue#flush}. Without effect in {@link
     * RxMode#MAPPED}, where a receive does not enter the kernel.
     */
    public RtapConfig withDeferredFlush() {
        return with(o -> o.path = o.path.withFlush(DataPath.Flush.WITH_NEXT_ENTRY));
    }

    /**
     * Lets one thread receive and another one send, each with its own ring; the pool must be {@link PacketPool#shared}.
     */
    public RtapConfig withThreadPerDirection() {
        return with(o -> o.path = o.path.withSharing(DataPath.Sharing.THREAD_PER_DIRECTION));
    }

    /**
     * Lets a kernel thread poll for submitted packets, in place of system calls: occupies a processor. Without effect
     * in {@link RxMode#MAPPED}.
     *
     * @param idleMillis how long it polls without result before it sleeps and must be woken by a system call; 0 for
     *     the kernel's choice, 1 s
     */
    public RtapConfig withKernelPolling(int idleMillis) {
        if (idleMillis < 0) {
            throw new IllegalArgumentException("idle time must not be negative: " + idleMillis);
        }
        return with(o -> o.path = o.path.withPolling(idleMillis));
    }

    /** Sets the packets in flight in each direction of a queue pair: a power of two, 8..8192. */
    public RtapConfig withRingSize(int ringSize) {
        RtapLimits.checkRingSize(ringSize);
        return with(o -> o.ringSize = ringSize);
    }

    public String name() {
        return options.name;
    }

    public TunMode mode() {
        return options.mode;
    }

    public int queues() {
        return options.queues;
    }

    public int mtu() {
        return options.mtu;
    }

    public OptionalLong macAddress() {
        return options.mac;
    }

    public boolean hasNapi() {
        return options.napi;
    }

    public boolean isPersistent() {
        return options.persist;
    }

    public OptionalInt owner() {
        return options.owner;
    }

    public OptionalInt group() {
        return options.group;
    }

    public Optional<Path> namespace() {
        return options.namespace;
    }

    public RxMode rxMode() {
        return options.path.rxMode();
    }

    public RingPolicy ringPolicy() {
        return options.path.rings();
    }

    public Set<TunOffload> offloads() {
        return options.path.offloads();
    }

    public int ringSize() {
        return options.ringSize;
    }

    /** Returns all values. */
    RtapOptions options() {
        return options;
    }

    @Override
    public String toString() {
        return "RtapConfig(" + name() + ", " + mode() + ", " + queues() + " queues, " + rxMode() + ")";
    }
}
