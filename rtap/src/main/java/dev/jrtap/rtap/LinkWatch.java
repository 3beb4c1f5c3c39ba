// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.LinkListener;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a device is open, and the monitors of its link, which end with it.
 *
 * <p>Threads: any.
 */
final class LinkWatch {

    private final Syscalls sys;
    private final DeviceSocket device;
    private final String name;
    private final List<LinkMonitor> monitors = new ArrayList<>();
    private boolean closed;

    LinkWatch(Syscalls sys, DeviceSocket device, String name) {
        this.sys = sys;
        this.device = device;
        this.name = name;
    }

    /** Refuses a call on a closed device. */
    synchronized void checkOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    LinkMonitor watch(LinkListener listener) throws IOException {
        checkOpen();
        LinkMonitor monitor;
        try {
            monitor = device.inNamespace(() -> LinkMonitor.open(sys, device.ifIndex(), listener));
        } catch (IOException | RuntimeException e) {
            // Closed meanwhile, it has no interface and no namespace any more.
            checkOpen();
            throw e;
        }
        synchronized (this) {
            if (!closed) {
                monitors.removeIf(other -> !other.isOpen());
                monitors.add(monitor);
                // Not in the namespace: a thread would inherit it, and the listener runs on that thread.
                return monitor.start();
            }
        }
        // Closed meanwhile: the index may be another interface's by now.
        monitor.close();
        throw new IllegalStateException(name + " is closed");
    }

    void close() {
        List<LinkMonitor> watching;
        synchronized (this) {
            closed = true;
            watching = List.copyOf(monitors);
            monitors.clear();
        }
        // Not under the lock, which a listener may want that is being waited for.
        watching.forEach(LinkMonitor::close);
    }
}
