// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IfEther;
import dev.jrtap.bindings.IfPacket;
import dev.jrtap.bindings.SockaddrLl;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.memory.Memory;
import dev.jrtap.net.TcpSegment;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.VnetHeader;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;

/** The kernel's side of a device, frame by frame: an AF_PACKET socket (packet(7)). */
final class Wire implements AutoCloseable {

    private static final int CAPACITY = 70_000;
    private static final int IPV4_HEADER = 20;

    private final Syscalls sys = Syscalls.libc();
    private final Fd socket;
    private final Memory buffer = Memory.allocate(CAPACITY);

    private Wire(Fd socket) {
        this.socket = socket;
    }

    static Wire open(int ifIndex) throws ErrnoException {
        return open(ifIndex, IfEther.ETH_P_ALL);
    }

    /** Opens one that only injects, past the queueing discipline: the kernel reports for each frame if it had room. */
    static Wire injecting(int ifIndex) throws ErrnoException {
        Wire wire = open(ifIndex, 0);
        wire.setOption(SysSocket.SOL_PACKET, IfPacket.PACKET_QDISC_BYPASS, 1);
        return wire;
    }

    /** Opens one that captures what the device sends, with room for {@code bytes}. */
    static Wire capturing(int ifIndex, int bytes) throws ErrnoException {
        Wire wire = open(ifIndex, IfEther.ETH_P_ALL);
        wire.setOption(SysSocket.SOL_PACKET, IfPacket.PACKET_IGNORE_OUTGOING, 1);
        wire.setOption(SysSocket.SOL_SOCKET, SysSocket.SO_RCVBUF, bytes);
        // As much as is allowed, and the whole for the machine's root.
        wire.trySetOption(SysSocket.SOL_SOCKET, SysSocket.SO_RCVBUFFORCE, bytes);
        return wire;
    }

    private static Wire open(int ifIndex, int captured) throws ErrnoException {
        Syscalls sys = Syscalls.libc();
        int protocol = Short.toUnsignedInt(Short.reverseBytes((short) captured));
        int type = Sock.SOCK_RAW.intValue() | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK;
        int result = sys.socket(packetFamily(), type, protocol);
        if (result < 0) {
            throw ErrnoException.of(result, "socket(AF_PACKET)", "");
        }
        Wire wire = new Wire(Fd.own(sys, result));
        Memory to = Memory.allocate(SockaddrLl.SIZEOF);
        to.putI16(SockaddrLl.SLL_FAMILY, packetFamily());
        to.putI16Be(SockaddrLl.SLL_PROTOCOL, captured);
        to.putI32(SockaddrLl.SLL_IFINDEX, ifIndex);
        result = sys.bind(wire.socket.fd(), to.address(), to.size());
        to.keepAlive();
        if (result < 0) {
            wire.close();
            throw ErrnoException.of(result, "bind(AF_PACKET, ifindex=" + ifIndex + ")", "");
        }
        return wire;
    }

    private static int packetFamily() {
        // AF_PACKET: jnr-constants has no name for it.
        return AddressFamily.AF_UNSPEC.intValue() + 17;
    }

    /** Sends a frame out through the device, to the reader of the TAP. */
    void inject(byte[] frame) {
        buffer.putBytes(0, frame, 0, frame.length);
        long sent = sys.send(socket.fd(), buffer.address(), frame.length, 0);
        if (sent != frame.length) {
            throw new AssertionError("injecting a frame of " + frame.length + " bytes: " + sent);
        }
    }

    /** Sends a TCP super-packet over IPv4, whose segmentation and checksum are left to the other end. */
    void injectTcp4(Frames.Kind kind, byte[] frame, int size) {
        injectTcp4(kind, frame, size, false);
    }

    /** Sends a super-packet with the mark that only the first segment may keep the CWR flag. */
    void injectTcp4Ecn(Frames.Kind kind, byte[] frame, int size) {
        injectTcp4(kind, frame, size, true);
    }

    private void injectTcp4(Frames.Kind kind, byte[] frame, int size, boolean ecn) {
        setOption(SysSocket.SOL_PACKET, IfPacket.PACKET_VNET_HDR, 1);
        VnetHeader.clear(buffer, 0);
        VnetHeader vnet = new VnetHeader()
                .wrap(buffer, 0)
                .checksum(kind.linkLength() + IPV4_HEADER, TcpSegment.CHECKSUM_OFFSET)
                .segmentation(VnetHeader.GSO_TCPV4, size, kind.headerLength());
        if (ecn) {
            vnet.ecn();
        }
        buffer.putBytes(VnetHeader.LENGTH, frame, 0, frame.length);
        long length = VnetHeader.LENGTH + frame.length;
        long sent = sys.send(socket.fd(), buffer.address(), length, 0);
        if (sent != length) {
            throw new AssertionError("injecting a super-packet of " + frame.length + " bytes: " + sent);
        }
        setOption(SysSocket.SOL_PACKET, IfPacket.PACKET_VNET_HDR, 0);
    }

    private void setOption(int level, int option, int value) {
        int result = trySetOption(level, option, value);
        if (result < 0) {
            throw new AssertionError("setsockopt(" + level + ", " + option + ", " + value + "): " + result);
        }
    }

    private int trySetOption(int level, int option, int value) {
        Memory memory = Memory.allocate(Integer.BYTES);
        memory.putI32(0, value);
        int result = sys.setsockopt(socket.fd(), level, option, memory.address(), memory.size());
        memory.keepAlive();
        return result;
    }

    /** Sends a frame out through the device if there is room; returns its length, or {@code -errno}. */
    long tryInject(byte[] frame) {
        buffer.putBytes(0, frame, 0, frame.length);
        return sys.send(socket.fd(), buffer.address(), frame.length, 0);
    }

    /** Returns the next captured frame, or {@code null} if there is none. */
    byte[] next() {
        long length = sys.recv(socket.fd(), buffer.address(), buffer.size(), 0);
        if (length < 0) {
            return null;
        }
        byte[] frame = new byte[(int) length];
        buffer.getBytes(0, frame, 0, frame.length);
        return frame;
    }

    /** Waits for the next captured frame of this EtherType; {@code null} if none arrives in time. */
    byte[] capture(int type) throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < end) {
            long length = sys.recv(socket.fd(), buffer.address(), buffer.size(), 0);
            if (length < 0) {
                Thread.sleep(1);
            } else if (length >= 14 && buffer.getU16Be(12) == type) {
                byte[] frame = new byte[(int) length];
                buffer.getBytes(0, frame, 0, frame.length);
                return frame;
            }
        }
        return null;
    }

    @Override
    public void close() {
        socket.close();
    }
}
