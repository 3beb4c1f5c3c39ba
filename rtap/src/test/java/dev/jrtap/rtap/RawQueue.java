// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import java.io.IOException;
import java.util.function.Predicate;

/** A queue of the kernel's as a program that knows nothing of this library reads it. */
final class RawQueue {

    private static final Memory BUFFER = Memory.allocate(1 << 16);

    private RawQueue() {}

    static int ifIndex(String name) throws IOException {
        try (RouteSocket route = RouteSocket.open(Syscalls.libc())) {
            return new Links(route).get(name).ifIndex();
        }
    }

    /** A wire of a device that is up and has got a reader again: until the kernel has seen that, it drops packets. */
    static Wire wire(String name) throws IOException {
        try (RouteSocket route = RouteSocket.open(Syscalls.libc())) {
            Links links = new Links(route);
            Link link = links.get(name);
            while (!link.isUp()) {
                Thread.onSpinWait();
                link = links.get(name);
            }
            return Wire.open(link.ifIndex());
        }
    }

    /** Reads all that is there; returns whether such a frame was among it. */
    static boolean holds(TapQueue queue, Predicate<byte[]> wanted) {
        boolean found = false;
        long length;
        while ((length = queue.syscalls().read(queue.fd(), BUFFER.address(), BUFFER.size())) > 0) {
            byte[] frame = new byte[(int) length - TapQueue.VNET_HEADER_LENGTH];
            BUFFER.getBytes(TapQueue.VNET_HEADER_LENGTH, frame, 0, frame.length);
            found |= wanted.test(frame);
        }
        return found;
    }
}
