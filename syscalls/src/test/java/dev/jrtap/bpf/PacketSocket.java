// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.SockaddrLl;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;

/** Sends frames out of an interface, as the kernel's own stack would. */
final class PacketSocket implements AutoCloseable {

    private static final Syscalls SYS = Syscalls.libc();

    private final Fd fd = Fd.own(SYS, SYS.socket(SysSocket.AF_PACKET, SysSocket.SOCK_RAW, 0));

    PacketSocket(int ifIndex) {
        Memory address = Memory.allocate(SockaddrLl.SIZEOF);
        address.putI16(SockaddrLl.SLL_FAMILY, SysSocket.AF_PACKET);
        address.putI32(SockaddrLl.SLL_IFINDEX, ifIndex);
        assertThat(SYS.bind(fd.fd(), address.address(), address.size())).isZero();
        address.keepAlive();
    }

    /** Returns what send(2) does. */
    long send(Memory frame) {
        long sent = SYS.send(fd.fd(), frame.address(), frame.size(), 0);
        frame.keepAlive();
        return sent;
    }

    @Override
    public void close() {
        fd.close();
    }
}
