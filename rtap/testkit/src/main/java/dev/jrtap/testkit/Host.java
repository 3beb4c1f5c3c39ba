// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * A host of a {@link Network}: a network stack of the kernel, in its own network namespace.
 *
 * <p>A socket belongs to the host on whose thread it is opened, for its whole life, whichever threads read and write
 * it. So open it in {@link #run} or {@link #call}, or on a thread of {@link #executor} or {@link #threadFactory}. A
 * thread that is started there belongs to the host, too. A virtual thread belongs to no host, because its carriers are
 * threads of the JDK, outside.
 *
 * <p>Threads: any. Ownership: closed by its network.
 */
public final class Host implements Node {

    /** An action to be run on a host. */
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    private final String name;
    private final NetworkNamespace namespace;
    private final HostStack stack;
    private final HostNames names;
    private final HostThreads threads;
    private final HostProcesses processes;
    private final List<IpPrefix> addresses;

    private Host(String name, NetworkNamespace namespace, HostStack stack, Names names) {
        this.name = name;
        this.namespace = namespace;
        this.stack = stack;
        this.addresses = names.of(name);
        this.names = new HostNames(names, addresses);
        this.threads = new HostThreads(name, namespace);
        this.processes = new HostProcesses(namespace);
        this.names.register(namespace);
    }

    /** Makes a host without interfaces except for the loopback, which is up. */
    static Host create(Syscalls sys, String name, Names names) throws IOException {
        NetworkNamespace namespace = NetworkNamespace.create(sys);
        try {
            HostStack stack = new HostStack(sys, namespace);
            stack.prepare();
            return new Host(name, namespace, stack, names);
        } catch (Throwable e) {
            namespace.close();
            throw e;
        }
    }

    /** Returns the host's name. */
    @Override
    public String name() {
        return name;
    }

    NetworkNamespace namespace() {
        return namespace;
    }

    /**
     * Returns the host's first IPv4 address, with the host's name, so that no lookup happens.
     *
     * @throws IllegalStateException if it has none yet: link it first
     */
    public InetAddress address() {
        return own(false);
    }

    /**
     * Returns the host's first IPv6 address.
     *
     * @throws IllegalStateException if it has none yet: link it first
     */
    public InetAddress address6() {
        return own(true);
    }

    private InetAddress own(boolean ipv6) {
        try {
            return names.address(name, ipv6);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("host " + name + " has no address yet: link it first", e);
        }
    }

    /** Returns all addresses of the host, in the order of their assignment. */
    public List<IpPrefix> addresses() {
        return List.copyOf(addresses);
    }

    /**
     * Returns the IPv4 address of another host of its network, as this host reaches it: one of a common subnet, or the
     * first.
     *
     * @throws UnknownHostException if there is no such host
     */
    public InetAddress address(String host) throws UnknownHostException {
        Objects.requireNonNull(host, "host");
        return names.address(host, false);
    }

    /** Like {@link #address(String)}, for IPv6. */
    public InetAddress address6(String host) throws UnknownHostException {
        Objects.requireNonNull(host, "host");
        return names.address(host, true);
    }

    /**
     * Runs an action on a thread of the host, and waits for it.
     *
     * @throws InterruptedException if the caller is interrupted; the action is interrupted, too
     */
    public void run(Action action) throws Exception {
        Objects.requireNonNull(action, "action");
        call(() -> {
            action.run();
            return true;
        });
    }

    /**
     * Like {@link #run}, with a result. Exceptions of the action are rethrown unchanged.
     *
     * @throws InterruptedException if the caller is interrupted; the action is interrupted, too
     */
    public <T> T call(Callable<T> action) throws Exception {
        return threads.call(Objects.requireNonNull(action, "action"));
    }

    /** Returns an executor whose threads belong to the host, one per task: for HttpClient, servers and the like. */
    public ExecutorService executor() {
        threads.requireOpen();
        return threads.executor();
    }

    /** Returns a factory of daemon threads of the host: for your own pools, and Netty. */
    public ThreadFactory threadFactory() {
        threads.requireOpen();
        return threads.factory();
    }

    /**
     * Starts a program on the host. It is killed when the network is closed, and when this JVM ends, even by {@code
     * kill -9}; its child processes are killed with the network only. Needs setpriv(1) and nsenter(1).
     *
     * @throws IOException if there is no such program
     */
    public Process exec(String... command) throws IOException {
        return exec(new ProcessBuilder(Objects.requireNonNull(command, "command")));
    }

    /** Like {@link #exec(String...)}, with directory, environment and redirections of {@code builder}. */
    public Process exec(ProcessBuilder builder) throws IOException {
        Objects.requireNonNull(builder, "builder");
        threads.requireOpen();
        return processes.start(builder);
    }

    /**
     * Sets a sysctl of the host.
     *
     * @param key a name such as {@code "net.ipv4.ip_forward"}; sysctls outside of network namespaces belong to the
     *     machine
     */
    public void setSysctl(String key, String value) throws IOException {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        if (!key.startsWith("net.")) {
            throw new IllegalArgumentException("only sysctls below net. are the host's own: " + key);
        }
        threads.requireOpen();
        stack.setSysctl(key, value);
    }

    /** Returns a sysctl of the host, such as {@code "net.ipv4.tcp_congestion_control"}. */
    public String sysctl(String key) throws IOException {
        Objects.requireNonNull(key, "key");
        threads.requireOpen();
        return stack.sysctl(key);
    }

    /**
     * Returns the congestion control of TCP connections over the host's links: cubic, even if the machine's default is
     * another one.
     */
    public String congestionControl() throws IOException {
        threads.requireOpen();
        return stack.congestionControl();
    }

    /**
     * Adds a route by a gateway. A forwarding host needs {@code setSysctl("net.ipv4.ip_forward", "1")}, or {@code
     * "net.ipv6.conf.all.forwarding"}.
     *
     * @throws IllegalArgumentException if the gateway is in no subnet of the host
     */
    public void addRoute(IpPrefix destination, InetAddress gateway) throws IOException {
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(gateway, "gateway");
        threads.requireOpen();
        if (!stack.addRoute(destination, gateway)) {
            throw new IllegalArgumentException(
                    "gateway " + IpAddress.format(gateway) + " is in no subnet of host " + name + ": " + addresses);
        }
    }

    HostStack stack() {
        return stack;
    }

    /** Kills the host's programs and interrupts its threads. */
    void end() {
        threads.refuse();
        // Programs end first, because a thread that reads the output of one ends with it.
        processes.end();
        threads.interrupt();
    }

    /** Waits until the host's threads have ended; returns {@code false} if some run at {@code deadline}. */
    boolean awaitEnd(long deadline) {
        return threads.awaitEnd(deadline);
    }

    /** Removes the host. */
    void close() {
        HostNames.unregister(namespace);
        namespace.close();
    }

    @Override
    public String toString() {
        return name + addresses;
    }
}
