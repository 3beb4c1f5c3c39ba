// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import dev.jrtap.uring.Capabilities;
import dev.jrtap.uring.Operation;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Features of devices for this kernel, this process and this container, found before a device is opened.
 *
 * @param mode the kind of packets of such a device
 * @param limits its limits
 * @param tunFeatures the features of the kernel's tun driver, as {@code "TUN|TAP|NAPI|…"}
 * @param napi whether the kernel offers IFF_NAPI
 * @param offloads the offloads that the kernel can grant, in both directions; unmodifiable
 * @param rxModes the receive modes; unmodifiable
 * @param programs whether BPF programs can steer and filter packets, see {@link Steering} and {@link Rtap#setFilter}
 */
public record RtapCapabilities(
        TunMode mode,
        RtapLimits limits,
        String tunFeatures,
        boolean napi,
        Set<TunOffload> offloads,
        Set<RxMode> rxModes,
        boolean programs) {

    public RtapCapabilities {
        offloads = Collections.unmodifiableSet(offloads);
        rxModes = Collections.unmodifiableSet(rxModes);
    }

    /** Finds the features of a device of {@code mode}, see {@link #probe(Syscalls, TunMode)}. */
    public static RtapCapabilities probe(TunMode mode) throws IOException {
        return probe(Syscalls.libc(), mode);
    }

    /**
     * Finds the features by trial: makes a device in the calling thread's network namespace, which is never up and is
     * gone when this returns, and some small rings. Takes some milliseconds, and needs the rights to open a device.
     */
    public static RtapCapabilities probe(Syscalls sys, TunMode mode) throws IOException {
        try (TapQueue queue = TapQueue.openDetached(sys, new TapRequest("rtap%d", mode, true));
                RouteSocket route = RouteSocket.open(sys)) {
            Link link = new Links(route).get(queue.name());
            return new RtapCapabilities(
                    mode,
                    RtapLimits.of(mode, link.minMtu(), link.maxMtu()),
                    queue.driverFeatures(),
                    queue.napi(),
                    queue.setOffloads(EnumSet.allOf(TunOffload.class)),
                    rxModes(sys),
                    isProgrammable(queue));
        }
    }

    private static Set<RxMode> rxModes(Syscalls sys) throws ErrnoException {
        Set<RxMode> modes = EnumSet.of(RxMode.AUTO, RxMode.POLL);
        Capabilities rings = Capabilities.probe(sys);
        if (rings.isAvailable()) {
            modes.add(RxMode.ONE_SHOT);
            if (rings.operations().contains(Operation.READ_MULTISHOT)) {
                modes.add(RxMode.MULTISHOT);
            }
        }
        if (isMappable(sys)) {
            modes.add(RxMode.MAPPED);
        }
        return modes;
    }

    private static boolean isMappable(Syscalls sys) throws ErrnoException {
        try {
            MappedDevice.open(sys, false).close();
            return true;
        } catch (ErrnoException e) {
            if (MappedDevice.isAbsent(e)) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isProgrammable(TapQueue queue) throws ErrnoException {
        DevicePrograms programs = new DevicePrograms(queue, true, null);
        try {
            programs.setSteering(Steering.byFlow());
            return true;
        } catch (ErrnoException e) {
            if (MappedDevice.isAbsent(e)) {
                return false;
            }
            throw e;
        } finally {
            programs.close();
        }
    }
}
