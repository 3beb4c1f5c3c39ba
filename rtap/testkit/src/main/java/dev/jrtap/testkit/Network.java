// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueueGroup;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network in this JVM: hosts, each with its own network stack of the kernel, and links between them with impairments.
 *
 * <pre>{@code
 * try (Network network = Network.create()) {
 *     Host client = network.addHost("client");
 *     Host server = network.addHost("server");
 *     Link link = network.link(client, server);
 *     link.impair(Impairment.none().withDelay(Duration.ofMillis(50)).withLoss(0.02));
 *     ServerSocket listening = server.call(() -> new ServerSocket(7000));
 *     Socket socket = client.call(() -> new Socket(server.address(), 7000));
 * }
 * }</pre>
 *
 * <p>It needs root, or a JVM that was started in its own namespaces by the wrapper in the module's README. It does not
 * change the machine, and leaves nothing after it is closed or the JVM ends.
 *
 * <p>Threads: any. One thread of the network moves all packets.
 */
public final class Network implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("dev.jrtap.testkit");

    private static final int MTU = 1500;

    /** The time that threads have to end. */
    private static final long PATIENCE_NANOS = 200_000_000;

    private final Syscalls sys;
    private final NetworkConfig config;
    private final PacketPool pool;
    private final PacketLog log = new PacketLog();
    private final Capture capture;
    private final Life life = new Life();
    private final Transit transit;
    private final Wire wire;
    private final Names names = new Names();
    private final Object closing = new Object();
    private final Interfaces interfaces;
    // Not guarded by the lock, because a predicate may read them while close waits for the predicate's thread.
    private final List<Host> hosts = new CopyOnWriteArrayList<>();
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final List<Switch> switches = new ArrayList<>();
    private Subnets subnets = new Subnets();

    private Network(Syscalls sys, NetworkConfig config, PacketPool pool, QueueGroup group) {
        long now = System.nanoTime();
        this.sys = sys;
        this.config = config;
        this.pool = pool;
        this.capture = new Capture(config.captureBytes(), log, Clock.epochNanos());
        this.transit = new Transit(config.seed(), pool, log, capture, now, life, group::wake);
        this.wire = new Wire(group, transit, life, config.isBusyPolling(), "testkit-wire");
        this.interfaces = new Interfaces(sys, pool, wire, names);
    }

    /** Makes a network without hosts, with seed 1. */
    public static Network create() throws IOException {
        return create(NetworkConfig.standard());
    }

    /** Makes a network without hosts. */
    public static Network create(NetworkConfig config) throws IOException {
        return create(Syscalls.libc(), config);
    }

    static Network create(Syscalls sys, NetworkConfig config) throws IOException {
        Objects.requireNonNull(config, "config");
        Prestart.run();
        PacketPool pool = PacketPool.forMtu(config.buffers(), MTU);
        QueueGroup group = null;
        try {
            group = QueueGroup.open(sys);
            Network network = new Network(sys, config, pool, group);
            network.wire.start();
            return network;
        } catch (Throwable e) {
            if (group != null) {
                group.close();
            }
            pool.close();
            throw e;
        }
    }

    /** Returns why no network can be made here, and the remedy; empty if one can. */
    public static Optional<String> unavailable() {
        return Availability.reason();
    }

    /**
     * Adds a host without interfaces except for the loopback.
     *
     * @param name 1..63 letters, digits, dots, hyphens and underscores
     * @throws IllegalArgumentException if there is a host or a switch of that name
     * @throws dev.jrtap.syscall.ErrnoException EPERM without the rights to make a network namespace
     */
    public synchronized Host addHost(String name) throws IOException {
        requireNew(name);
        Host host = Host.create(sys, name, names);
        hosts.add(host);
        return host;
    }

    /**
     * Adds a switch without ports.
     *
     * @param name 1..63 letters, digits, dots, hyphens and underscores
     * @throws IllegalArgumentException if there is a host or a switch of that name
     */
    public synchronized Switch addSwitch(String name) {
        requireNew(name);
        Switch added = new Switch(name, transit);
        switches.add(added);
        return added;
    }

    private void requireNew(String name) {
        life.requireOpen();
        Checked.name(name);
        if (Stream.concat(hosts.stream(), switches.stream())
                .anyMatch(node -> node.name().equals(name))) {
            throw new IllegalArgumentException("the network already has a host or a switch " + name);
        }
    }

    private void requireMine(Node node) {
        life.requireOpen();
        Objects.requireNonNull(node, "host or switch");
        if (!hosts.contains(node) && !switches.contains(node)) {
            throw new IllegalArgumentException(node.name() + " belongs to another network");
        }
    }

    /** Links two hosts, without impairment. */
    public Link link(Host first, Host second) throws IOException {
        return link(first, second, LinkConfig.standard());
    }

    /**
     * Links two hosts. Unless the configuration names addresses, they are 10.64.0.1 and 10.64.0.2, and so on. If this
     * fails, both are unchanged.
     */
    public synchronized Link link(Host first, Host second, LinkConfig settings) throws IOException {
        requireMine(first);
        requireMine(second);
        if (first == second) {
            throw new IllegalArgumentException("a link needs two hosts: " + first.name());
        }
        Objects.requireNonNull(settings, "settings");
        boolean chosen = settings.first().isEmpty() && settings.second().isEmpty();
        Subnets more = subnets.copy();
        int subnet = chosen ? more.next() : 0;
        List<Interfaces.Opened> ends = interfaces.open(
                settings,
                new Interfaces.Wanted(first, chosen ? more.addresses(subnet) : settings.first()),
                new Interfaces.Wanted(second, chosen ? more.addresses(subnet) : settings.second()));
        subnets = more;
        Link link = join(first, ends.get(0).nic(), second, ends.get(1).nic(), settings);
        interfaces.begin(ends);
        return link;
    }

    /** Links a host to a switch, without impairment. */
    public Link link(Host host, Switch to) throws IOException {
        return link(host, to, LinkConfig.standard());
    }

    /**
     * Links a host to a switch. Unless the configuration names addresses, all hosts of a switch are in one subnet. If
     * this fails, the host is unchanged.
     */
    public synchronized Link link(Host host, Switch to, LinkConfig settings) throws IOException {
        requireMine(host);
        requireMine(to);
        Objects.requireNonNull(settings, "settings");
        Subnets more = subnets.copy();
        List<IpPrefix> addresses = settings.first().isEmpty() ? more.addresses(more.of(to.name())) : settings.first();
        List<Interfaces.Opened> ends = interfaces.open(settings, new Interfaces.Wanted(host, addresses));
        subnets = more;
        Link link = join(host, ends.get(0).nic(), to, to.addPort(), settings);
        interfaces.begin(ends);
        return link;
    }

    /** Links two switches, without impairment. */
    public Link link(Switch first, Switch second) {
        return link(first, second, LinkConfig.standard());
    }

    /**
     * Links two switches, whose hosts are then in one subnet. Only the offloads of the configuration are used, which
     * must be those of the hosts' links.
     *
     * @throws IllegalArgumentException if there is already a path between them: frames would circulate without end
     * @throws IllegalStateException if both already have hosts, in different subnets
     */
    public synchronized Link link(Switch first, Switch second, LinkConfig settings) {
        requireMine(first);
        requireMine(second);
        Objects.requireNonNull(settings, "settings");
        Subnets joined = subnets.copy();
        joined.join(first.name(), second.name());
        first.join(second);
        subnets = joined;
        return join(first, first.addPort(), second, second.addPort(), settings);
    }

    private Link join(Node first, LinkEnd left, Node second, LinkEnd right, LinkConfig settings) {
        boolean offloads = settings.hasOffloads();
        Direction forth = new Direction(first.name() + ">" + second.name(), transit, right, offloads);
        Direction back = new Direction(second.name() + ">" + first.name(), transit, left, offloads);
        forth.connect(back);
        back.connect(forth);
        left.connect(forth);
        right.connect(back);
        Link link = new Link(first, second, forth, back);
        links.add(link);
        return link;
    }

    /**
     * Returns the host of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Host host(String name) {
        Objects.requireNonNull(name, "name");
        return hosts.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the network has no host " + name + ", but " + hosts));
    }

    /** Returns the network's hosts, in the order in which they were added. */
    public List<Host> hosts() {
        return List.copyOf(hosts);
    }

    /** Returns the network's links, in the order in which they were made. */
    public List<Link> links() {
        return List.copyOf(links);
    }

    /** Returns the links of one host, in the order in which they were made. Cutting all of them isolates the host. */
    public List<Link> links(Host host) {
        Objects.requireNonNull(host, "host");
        return links.stream().filter(link -> link.endsAt(host)).toList();
    }

    /** Returns the seed of all random decisions. */
    public long seed() {
        return config.seed();
    }

    /** Returns the log: the fate of each packet, and its reason. */
    public PacketLog log() {
        return log;
    }

    /** Returns the last packets of all links. */
    public Capture capture() {
        return capture;
    }

    /** Returns the exception that ended the network's thread; {@code null} if there is none. */
    @Nullable
    Throwable failure() {
        return life.failure();
    }

    /**
     * Ends the network: kills the programs on its hosts, interrupts their threads, waits for these up to 200 ms, and
     * removes hosts and links. Sockets of the hosts lose their network. Further calls have no effect.
     *
     * @throws IllegalStateException if the network's thread had already ended, because a predicate has thrown, or if a
     *     predicate calls this
     */
    @Override
    public void close() {
        wire.requireOther();
        // A second caller also returns only after the network is closed.
        synchronized (closing) {
            synchronized (this) {
                if (life.isClosed()) {
                    return;
                }
                life.close();
            }
            end();
        }
    }

    /** Ends the network without the lock, because a running predicate may need it. */
    private void end() {
        hosts.forEach(Host::end);
        // Packets still move here, so that a reading thread learns that the other end is closed, and ends.
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        for (Host host : hosts) {
            if (!host.awaitEnd(deadline)) {
                LOG.log(System.Logger.Level.WARNING, "threads of host {0} still run: close their sockets", host.name());
            }
        }
        wire.close();
        interfaces.close();
        hosts.forEach(Host::close);
        pool.close();
        Throwable failure = life.failure();
        if (failure != null) {
            throw new IllegalStateException("the network's thread had ended: " + failure, failure);
        }
    }

    @Override
    public String toString() {
        return "Network(" + hosts + ")";
    }
}
