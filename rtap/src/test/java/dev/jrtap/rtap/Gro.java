// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.nio.charset.StandardCharsets;

/**
 * Generic receive offload: with IFF_NAPI the kernel may merge sent segments that wait for its soft interrupt together,
 * before a packet socket captures them.
 */
final class Gro {

    private static final long SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_SGRO = 0x2c;
    // struct ifreq.
    private static final int NAME = 16;
    private static final int IFREQ = 40;
    // struct ethtool_value: the command, and the value.
    private static final int VALUE = 8;

    private Gro() {}

    /** Turns it off for a device in the calling thread's network namespace. */
    static void off(String device) throws ErrnoException {
        set(device, 0);
    }

    /** Turns it on again. */
    static void on(String device) throws ErrnoException {
        set(device, 1);
    }

    private static void set(String device, int on) throws ErrnoException {
        Syscalls sys = Syscalls.libc();
        Memory value = Memory.allocate(VALUE);
        value.putI32(0, ETHTOOL_SGRO);
        value.putI32(VALUE / 2, on);
        Memory request = Memory.allocate(IFREQ);
        byte[] name = device.getBytes(StandardCharsets.US_ASCII);
        request.putBytes(0, name, 0, name.length);
        request.putI64(NAME, value.address());
        try (Fd socket = Sockets.open(Sockets.INET, Sockets.DATAGRAM)) {
            int result = sys.ioctl(socket.fd(), SIOCETHTOOL, request.address());
            value.keepAlive();
            request.keepAlive();
            if (result < 0) {
                throw ErrnoException.of(result, "ioctl(SIOCETHTOOL, ETHTOOL_SGRO, " + device + ")", "");
            }
        }
    }
}
