// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.SockaddrIn;
import dev.jrtap.bindings.SockaddrIn6;
import dev.jrtap.bindings.SockaddrStorage;
import dev.jrtap.bindings.SockaddrUn;
import dev.jrtap.bindings.Un;
import dev.jrtap.memory.Memory;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import jnr.constants.platform.AddressFamily;

/**
 * The address of a socket, in native memory as system calls want it: a struct sockaddr of up to {@link #CAPACITY}
 * bytes, followed by the number of bytes in use, which calls that return an address read and write through a pointer.
 *
 * <p>Threads: one at a time. While the kernel may write to it (an accept that is under way, say), it must stay
 * reachable and must not be read.
 *
 * <p>Source: ip(7), ipv6(7), unix(7).
 */
public final class SockAddr {

    /** Bytes of any address: struct sockaddr_storage. */
    public static final int CAPACITY = SockaddrStorage.SIZEOF;

    private static final int INET = AddressFamily.AF_INET.intValue();
    private static final int INET6 = AddressFamily.AF_INET6.intValue();
    private static final int UNIX = AddressFamily.AF_UNIX.intValue();
    private static final int IPV6_BYTES = 16;

    private final Memory memory = Memory.allocate(CAPACITY + Integer.BYTES);

    private SockAddr() {}

    /** No address, with room for any: for a call that fills one in. */
    public static SockAddr empty() {
        return new SockAddr();
    }

    /**
     * An address of IPv4 or IPv6, as {@code address} has it.
     *
     * @throws IllegalArgumentException if its host name has not been resolved
     */
    public static SockAddr of(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("resolve the host name first: " + address);
        }
        SockAddr made = new SockAddr();
        if (address.getAddress() instanceof Inet6Address host) {
            made.setIpv6(host, address.getPort());
        } else {
            made.setIpv4(bigEndian(address.getAddress().getAddress()), address.getPort());
        }
        return made;
    }

    /**
     * A UNIX socket in the file system.
     *
     * @param path 1 to 107 bytes in UTF-8
     */
    public static SockAddr ofUnixPath(String path) {
        return unix(path, 0, Un.UNIX_PATH_MAX() - 1);
    }

    /**
     * A UNIX socket in the abstract namespace, which has no file and disappears with its last user.
     *
     * @param name 1 to 107 bytes in UTF-8, without the zero byte that marks it as abstract
     */
    public static SockAddr ofUnixAbstract(String name) {
        return unix(name, 1, Un.UNIX_PATH_MAX() - 1);
    }

    private static SockAddr unix(String name, int zeros, int limit) {
        byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
        if (encoded.length == 0 || encoded.length > limit) {
            throw new IllegalArgumentException(
                    "the name of a UNIX socket has 1.." + limit + " bytes, not " + encoded.length + ": " + name);
        }
        if (zeros == 0 && name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero byte inside the path of a UNIX socket");
        }
        SockAddr made = new SockAddr();
        made.memory.putI16(SockaddrUn.SUN_FAMILY, UNIX);
        made.memory.putBytes(SockaddrUn.SUN_PATH + zeros, encoded, 0, encoded.length);
        // A path ends with a zero byte, which counts; an abstract name ends where the length says.
        made.setLength(SockaddrUn.SUN_PATH + encoded.length + 1);
        return made;
    }

    /**
     * Makes it an address of IPv4. Allocates nothing.
     *
     * @param host as a number: 127.0.0.1 is {@code 0x7f000001}
     * @param port 0..65535
     */
    public void setIpv4(int host, int port) {
        checkPort(port);
        memory.zero(0, SockaddrIn.SIZEOF);
        memory.putI16(SockaddrIn.SIN_FAMILY, INET);
        memory.putI16Be(SockaddrIn.SIN_PORT, port);
        memory.putI32Be(SockaddrIn.SIN_ADDR, host);
        setLength(SockaddrIn.SIZEOF);
    }

    private void setIpv6(Inet6Address host, int port) {
        checkPort(port);
        memory.putI16(SockaddrIn6.SIN6_FAMILY, INET6);
        memory.putI16Be(SockaddrIn6.SIN6_PORT, port);
        memory.putBytes(SockaddrIn6.SIN6_ADDR, host.getAddress(), 0, IPV6_BYTES);
        memory.putI32(SockaddrIn6.SIN6_SCOPE_ID, host.getScopeId());
        setLength(SockaddrIn6.SIZEOF);
    }

    /**
     * Takes over the {@code length} bytes of a struct sockaddr that lie in {@code from} at {@code at}. Allocates
     * nothing.
     */
    public void set(Memory from, int at, int length) {
        memory.copy(0, from, at, length);
        setLength(length);
    }

    /** Allows a call to write to all of the memory: before a call that returns an address. */
    public void offerRoom() {
        setLength(CAPACITY);
    }

    /** Returns the struct sockaddr, {@link #CAPACITY} bytes, and the 32 bits of {@link #length} behind it. */
    public Memory memory() {
        return memory;
    }

    /** Address of the 32 bits that hold {@link #length}: a {@code socklen_t *}. */
    public long lengthAddress() {
        return memory.address(CAPACITY, Integer.BYTES);
    }

    /** Bytes in use; 0 if there is no address, more than {@link #CAPACITY} if the kernel had to cut it off. */
    public int length() {
        return memory.getI32(CAPACITY);
    }

    /** {@code AF_INET}, {@code AF_INET6}, {@code AF_UNIX} or another; 0, which is AF_UNSPEC, if there is none. */
    public int family() {
        return length() >= Short.BYTES ? memory.getU16(SockaddrIn.SIN_FAMILY) : 0;
    }

    /**
     * Port of IPv4 or IPv6.
     *
     * @throws IllegalStateException for an address of another family
     */
    public int port() {
        checkIp();
        return memory.getU16Be(SockaddrIn.SIN_PORT);
    }

    /** Host of IPv4 or IPv6; allocates. {@link #ipv4} does not. */
    public InetAddress host() {
        checkIp();
        try {
            if (family() == INET) {
                byte[] host = new byte[Integer.BYTES];
                memory.getBytes(SockaddrIn.SIN_ADDR, host, 0, host.length);
                return Inet4Address.getByAddress(host);
            }
            byte[] host = new byte[IPV6_BYTES];
            memory.getBytes(SockaddrIn6.SIN6_ADDR, host, 0, host.length);
            int scope = memory.getI32(SockaddrIn6.SIN6_SCOPE_ID);
            return scope == 0 ? InetAddress.getByAddress(host) : Inet6Address.getByAddress(null, host, scope);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    /** Host of IPv4 as a number. */
    public int ipv4() {
        if (family() != INET) {
            throw new IllegalStateException("not an address of IPv4: " + this);
        }
        return memory.getI32Be(SockaddrIn.SIN_ADDR);
    }

    /** Path or abstract name of a UNIX socket; empty if it has none, as the unbound end of a connection. */
    public String path() {
        if (family() != UNIX) {
            throw new IllegalStateException("not the address of a UNIX socket: " + this);
        }
        int length = Math.min(length(), SockaddrUn.SIZEOF) - SockaddrUn.SUN_PATH;
        if (length <= 0) {
            return "";
        }
        if (!isAbstract()) {
            return memory.getString(SockaddrUn.SUN_PATH, length);
        }
        // A zero byte inside an abstract name is a character like others.
        byte[] encoded = new byte[length - 1];
        memory.getBytes(SockaddrUn.SUN_PATH + 1, encoded, 0, encoded.length);
        return new String(encoded, StandardCharsets.UTF_8);
    }

    /** Returns whether it is a UNIX socket with a name in the abstract namespace. */
    public boolean isAbstract() {
        return family() == UNIX && length() > SockaddrUn.SUN_PATH && memory.getI8(SockaddrUn.SUN_PATH) == 0;
    }

    /** Sets the number of bytes in use, where a call has returned it in another way. */
    public void setLength(int length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must not be negative: " + length);
        }
        memory.putI32(CAPACITY, length);
    }

    private void checkIp() {
        if (family() != INET && family() != INET6) {
            throw new IllegalStateException("not an address of IPv4 or IPv6: " + this);
        }
    }

    private static void checkPort(int port) {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("a port is 0..65535: " + port);
        }
    }

    private static int bigEndian(byte[] host) {
        return (host[0] & 0xff) << 24 | (host[1] & 0xff) << 16 | (host[2] & 0xff) << 8 | host[3] & 0xff;
    }

    @Override
    public String toString() {
        if (family() == INET || family() == INET6) {
            String host = host().getHostAddress();
            return (family() == INET ? host : "[" + host + "]") + ":" + port();
        }
        if (family() == UNIX) {
            return "unix:" + (isAbstract() ? "@" : "") + path();
        }
        return length() == 0 ? "no address" : "address of family " + family();
    }
}
