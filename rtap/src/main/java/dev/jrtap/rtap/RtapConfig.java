// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.address.MacAddress;
import dev.jrtap.bindings.IfEther;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** What a device shall be. Immutable: each method answers a changed copy. */
public final class RtapConfig {

    /** As many as the kernel's multi-queue devices are good for on both sides. */
    static final int MAX_QUEUES = 128;

    static final int MIN_MTU = IfEther.ETH_MIN_MTU;
    static final int MIN_RING = 8;
    static final int MAX_RING = 8192;
    static final int DEFAULT_RING = 256;

    private final Options options;

    private RtapConfig(Options options) {
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
        Options options = new Options();
        options.name = InterfaceName.parse(name).text();
        return new RtapConfig(options);
    }

    private RtapConfig with(Consumer<Options> change) {
        Options copy = options.clone();
        change.accept(copy);
        return new RtapConfig(copy);
    }

    /**
     * Whether it carries Ethernet frames or IP packets; Ethernet frames by default.
     *
     * @throws IllegalArgumentException if the MTU has been set to one that only a TUN device can have
     */
    public RtapConfig withMode(TunMode mode) {
        checkMtu(mode, options.mtu);
        return with(o -> o.mode = mode);
    }

    /** Queue pairs that can be opened, 1..128. */
    public RtapConfig withQueues(int queues) {
        return withQueues(queues, queues);
    }

    /**
     * The same, for who counts them separately.
     *
     * @throws IllegalArgumentException if there shall not be as many queues to receive as to send: they are the two
     *     directions of one descriptor
     */
    public RtapConfig withQueues(int rx, int tx) {
        checkQueues(rx, tx);
        return with(o -> o.queues = rx);
    }

    static void checkQueues(int rx, int tx) {
        if (rx != tx) {
            throw new IllegalArgumentException(
                    "a device has as many receive queues as transmit queues, for a descriptor is" + " both: " + rx
                            + " and " + tx);
        }
        if (rx < 1 || rx > MAX_QUEUES) {
            throw new IllegalArgumentException("a device has 1.." + MAX_QUEUES + " queue pairs: " + rx);
        }
    }

    /**
     * Sets the bytes of an IP packet: 68..65521, for a TUN device ({@link #withMode} first) up to 65535; or 0 for the
     * kernel's default of 1500.
     */
    public RtapConfig withMtu(int mtu) {
        checkMtu(options.mode, mtu);
        return with(o -> o.mtu = mtu);
    }

    private static void checkMtu(TunMode mode, int mtu) {
        int most = FrameSize.maxMtu(mode);
        if (mtu != 0 && (mtu < MIN_MTU || mtu > most)) {
            throw new IllegalArgumentException(
                    "the MTU of a " + mode + " device must be in " + MIN_MTU + ".." + most + " bytes: " + mtu);
        }
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

    /**
     * Gives the kernel's side an address, beside those named before, and the kernel a route to its subnet. An address
     * that the device has already stays.
     */
    public RtapConfig withAddress(IpPrefix address) {
        return with(o -> o.addressing = o.addressing.withAddress(address));
    }

    /**
     * Gives the address named last a peer, as {@code ip address add LOCAL peer PEER} does: what is at the other end of
     * a point-to-point link. The prefix of the local address, usually /32 or /128, is then that of the peer's subnet.
     *
     * @throws IllegalArgumentException if no address has been named, or one of the other family
     */
    public RtapConfig withPeer(InetAddress peer) {
        return with(o -> o.addressing = o.addressing.withPeer(peer));
    }

    /**
     * Lets the kernel send what is for {@code destination} to the device, from each {@link Rtap#up} to the next
     * {@link Rtap#down}.
     */
    public RtapConfig withRoute(IpPrefix destination) {
        return with(o -> o.addressing = o.addressing.withRoute(destination));
    }

    /** Without IFF_NAPI, also where the kernel offers it: small packets are then sent 50 to 70 % faster. */
    public RtapConfig withoutNapi() {
        return with(o -> o.napi = false);
    }

    /** The interface outlives the process; opening it again by its name attaches to it. */
    public RtapConfig persistent() {
        return with(o -> o.persist = true);
    }

    /**
     * Takes a device that others have open: each queue gets a share of the packets. Without it such a name is refused;
     * a persistent device that nobody has open is taken in any case.
     */
    public RtapConfig shared() {
        return with(o -> o.claim = o.claim.withShared());
    }

    /** Makes a new device: a name that is there is refused (IFF_TUN_EXCL). */
    public RtapConfig exclusive() {
        return with(o -> o.claim = o.claim.withExclusive());
    }

    /** Takes a device that is there: a name that is not is refused, and makes no new device. */
    public RtapConfig existing() {
        return with(o -> o.claim = o.claim.withExisting());
    }

    /** The user who may attach to the interface without CAP_NET_ADMIN. */
    public RtapConfig withOwner(int uid) {
        checkId("user", uid);
        return with(o -> o.owner = OptionalInt.of(uid));
    }

    /** The group whose members may attach to the interface without CAP_NET_ADMIN. */
    public RtapConfig withGroup(int gid) {
        checkId("group", gid);
        return with(o -> o.group = OptionalInt.of(gid));
    }

    /** Ids are unsigned, and the largest one is nobody's (credentials(7)). */
    private static void checkId(String kind, int id) {
        if (id == -1) {
            throw new IllegalArgumentException("no " + kind + " has the id 4294967295, which is -1");
        }
    }

    /** Makes the device in another network namespace: {@code /run/netns/NAME}, or {@code /proc/PID/ns/net}. */
    public RtapConfig withNamespace(Path namespace) {
        return with(o -> o.namespace = Optional.of(namespace));
    }

    /** How packets are received; {@link RxMode#AUTO} unless said. */
    public RtapConfig withRxMode(RxMode rxMode) {
        return with(o -> o.path = o.path.withRxMode(rxMode));
    }

    /** Whether an io_uring is used; {@link RingPolicy#PREFER} unless said. */
    public RtapConfig withRingPolicy(RingPolicy policy) {
        return with(o -> o.path = o.path.withRings(policy));
    }

    /** What the kernel may leave undone in packets that arrive, see {@link Rtap#offloads}; nothing unless said. */
    public RtapConfig withOffloads(TunOffload... offloads) {
        return with(o -> o.path = o.path.withOffloads(Set.of(offloads)));
    }

    /**
     * Cuts super-packets of these kinds before they are sent, in place of the kernel: for kernels that get it wrong. By
     * default one that the kernel refuses is cut, and each later one of its kind.
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

    /** Packets sent go to the kernel with the next entry, a receive or {@link TxQueue#flush}, and not at once. */
    public RtapConfig withDeferredFlush() {
        return with(o -> o.path = o.path.withFlush(DataPath.Flush.WITH_NEXT_ENTRY));
    }

    /**
     * One thread receives and another one sends, each through a ring of its own; the pool is {@link PacketPool#shared}.
     */
    public RtapConfig withThreadPerDirection() {
        return with(o -> o.path = o.path.withSharing(DataPath.Sharing.THREAD_PER_DIRECTION));
    }

    /**
     * A thread of the kernel looks for work and takes it, in place of a system call: costs a processor.
     *
     * @param idleMillis how long it looks in vain before it sleeps and has to be woken by a system call; 0 for the
     *     kernel's choice, 1 s
     */
    public RtapConfig withKernelPolling(int idleMillis) {
        if (idleMillis < 0) {
            throw new IllegalArgumentException("idle time must not be negative: " + idleMillis);
        }
        return with(o -> o.path = o.path.withPolling(idleMillis));
    }

    /** Packets in flight in each direction of a queue pair: a power of two, 8..8192. */
    public RtapConfig withRingSize(int ringSize) {
        if (ringSize < MIN_RING || ringSize > MAX_RING || Integer.bitCount(ringSize) != 1) {
            throw new IllegalArgumentException(
                    "a ring size is a power of two, " + MIN_RING + ".." + MAX_RING + ": " + ringSize);
        }
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

    /**
     * The settings that a borrower of a queue cannot make, because they concern the whole device or its other
     * processes, by the names of their methods.
     */
    List<String> settingsOfThePrimary() {
        Options none = new Options();
        List<String> names = new ArrayList<>();
        addIf(names, options.mode != none.mode, "withMode");
        addIf(names, options.queues != none.queues, "withQueues");
        addIf(names, options.mtu != none.mtu, "withMtu");
        addIf(names, options.mac.isPresent(), "withMacAddress");
        addIf(names, !options.addressing.equals(none.addressing), "withAddress, withPeer or withRoute");
        addIf(names, options.napi != none.napi, "withoutNapi");
        addIf(names, options.persist, "persistent");
        addIf(names, !options.claim.equals(none.claim), "shared, exclusive or existing");
        addIf(names, options.owner.isPresent(), "withOwner");
        addIf(names, options.group.isPresent(), "withGroup");
        addIf(names, options.namespace.isPresent(), "withNamespace");
        addIf(names, !offloads().isEmpty(), "withOffloads");
        addIf(names, hasThreadPerDirection(), "withThreadPerDirection");
        addIf(names, pollIdleMillis() != DataPath.NO_POLLING, "withKernelPolling");
        return names;
    }

    private static void addIf(List<String> names, boolean set, String name) {
        if (set) {
            names.add(name);
        }
    }

    Claim claim() {
        return options.claim;
    }

    Addressing addressing() {
        return options.addressing;
    }

    public boolean napi() {
        return options.napi;
    }

    public boolean persist() {
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

    Set<TunOffload> softwareSegmentation() {
        return options.cut;
    }

    boolean isFlushDeferred() {
        return options.path.flush() == DataPath.Flush.WITH_NEXT_ENTRY;
    }

    boolean hasThreadPerDirection() {
        return options.path.sharing() == DataPath.Sharing.THREAD_PER_DIRECTION;
    }

    int pollIdleMillis() {
        return options.path.pollIdleMillis();
    }

    public int ringSize() {
        return options.ringSize;
    }

    /** The values, changed only before a configuration is made of them. */
    private static final class Options implements Cloneable {

        @SuppressWarnings("NullAway.Init") // by named
        String name;

        TunMode mode = TunMode.TAP;
        int queues = 1;
        int mtu;
        OptionalLong mac = OptionalLong.empty();
        boolean napi = true;
        boolean persist;
        Claim claim = Claim.DEFAULT;
        Set<TunOffload> cut = Set.of();
        OptionalInt owner = OptionalInt.empty();
        OptionalInt group = OptionalInt.empty();
        Optional<Path> namespace = Optional.empty();
        DataPath path = DataPath.DEFAULT;
        Addressing addressing = Addressing.NONE;
        int ringSize = DEFAULT_RING;

        @Override
        protected Options clone() {
            try {
                return (Options) super.clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
