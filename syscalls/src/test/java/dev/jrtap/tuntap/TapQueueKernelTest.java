// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IfTun;
import dev.jrtap.bindings.IfTunIoctls;
import dev.jrtap.bindings.Ifreq;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TapQueueKernelTest {

    private static final Syscalls SYS = Syscalls.libc();

    @BeforeEach
    void needsADevice() {
        TunDevice.require();
    }

    /** A read of the other opener's blocking descriptor would park a thread, of this process or of the kernel. */
    @Test
    void anAdoptedDescriptorNeverBlocks() throws IOException {
        Fd fd = Fd.own(SYS, attached("adopted%d"));
        assertThat(SYS.fcntl(fd.fd(), Fcntl.F_GETFL, 0) & Fcntl.O_NONBLOCK).isZero();
        try (TapQueue queue = TapQueue.adopt(fd)) {
            assertThat(SYS.fcntl(queue.fd(), Fcntl.F_GETFL, 0) & (Fcntl.O_NONBLOCK | Fcntl.O_ACCMODE))
                    .isEqualTo(Fcntl.O_NONBLOCK | Fcntl.O_RDWR);
            Memory frame = Memory.allocate(2048);
            assertThat(SYS.read(queue.fd(), frame.address(), frame.size()))
                    .isIn((long) -Errno.EAGAIN, (long) -Errno.EIO);
            frame.keepAlive();
        }
    }

    @Test
    void tellsWhichQueueItIs() throws IOException {
        TapQueue queue = TapQueue.open(SYS, new TapRequest("told%d", TunMode.TAP, false));
        String text = "TapQueue(" + queue.name() + ", fd=" + queue.fd() + ")";
        assertThat(queue).hasToString(text);
        queue.close();
        assertThat(queue).hasToString(text);
    }

    private static int attached(String name) {
        int number = RawFd.open("/dev/net/tun", Fcntl.O_RDWR | Fcntl.O_CLOEXEC);
        ByteBuffer device = ByteBuffer.allocateDirect(Ifreq.SIZEOF);
        Ifreq.ifrNameString(device, 0, name);
        Ifreq.ifrFlags(device, 0, IfTun.IFF_TAP | IfTun.IFF_NO_PI | IfTun.IFF_VNET_HDR | IfTun.IFF_MULTI_QUEUE);
        assertThat(IfTunIoctls.tunsetiff(SYS, number, device, 0)).isZero();
        return number;
    }
}
