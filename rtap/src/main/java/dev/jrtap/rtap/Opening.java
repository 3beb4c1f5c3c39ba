// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.LinkStatistics;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.TunSettings;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** A device on its way to be what its configuration says: what has been opened for it, and how it was before. */
final class Opening {

    final Syscalls sys;
    final RtapConfig config;
    final TapQueue keepAlive;
    final boolean adopted;
    final DeviceSocket device;
    final Queues queues;
    final LinkControl control;
    Set<TunOffload> offloads = Collections.emptySet();
    private final List<Addressing.Address> added = new ArrayList<>();
    Link opened;
    LinkStatistics start;

    private Opening(Syscalls sys, RtapConfig config, TapQueue keepAlive, boolean adopted, DeviceSocket device) {
        this.sys = sys;
        this.config = config;
        this.keepAlive = keepAlive;
        this.adopted = adopted;
        this.device = device;
        this.queues = new Queues(config.queues(), keepAlive.mode());
        this.control = new LinkControl(device, queues::checkMtu);
    }

    static Rtap open(Syscalls sys, RtapConfig config) throws IOException {
        TapRequest request = new TapRequest(config.name(), config.mode(), config.napi());
        NetworkNamespace namespace = config.namespace().isEmpty()
                ? null
                : NetworkNamespace.open(sys, config.namespace().get());
        TapQueue keepAlive;
        try {
            keepAlive = DeviceSocket.inNamespace(namespace, () -> TapQueue.open(sys, request));
        } catch (IOException | RuntimeException e) {
            if (namespace != null) {
                namespace.close();
            }
            throw e;
        }
        return open(sys, config, keepAlive, false, namespace);
    }

    static Rtap adopt(Syscalls sys, int descriptor, RtapConfig config) throws IOException {
        TapQueue queue = TapQueue.adopt(Fd.own(sys, descriptor));
        NetworkNamespace namespace = null;
        try {
            namespace = queue.namespace();
        } catch (IOException e) {
            // The kernel is too old to say, or does not say it to this user: then it is where the caller is.
        }
        return open(sys, config, queue, true, namespace);
    }

    /** Takes ownership of {@code keepAlive} and {@code namespace}, also if it throws. */
    private static Rtap open(
            Syscalls sys, RtapConfig config, TapQueue keepAlive, boolean adopted, NetworkNamespace namespace)
            throws IOException {
        DeviceSocket device = null;
        try {
            device = DeviceSocket.open(sys, keepAlive, namespace);
            if (!adopted) {
                keepAlive.detach();
            }
            return new Opening(sys, config, keepAlive, adopted, device).finish();
        } catch (IOException | RuntimeException e) {
            if (device != null) {
                device.close();
            } else if (namespace != null) {
                namespace.close();
            }
            keepAlive.close();
            throw e;
        }
    }

    private Rtap finish() throws IOException {
        Link before = control.get();
        TunSettings settings = device.ask((route, ifIndex) -> new Links(route).tunSettings(ifIndex));
        try {
            apply();
            return new Rtap(this);
        } catch (IOException | RuntimeException e) {
            restore(before, settings, e);
            throw e;
        }
    }

    /** What cannot be put back comes last. */
    private void apply() throws IOException {
        if (config.mtu() != 0) {
            control.setMtu(config.mtu());
        }
        if (config.macAddress().isPresent()) {
            control.setMacAddress(config.macAddress().getAsLong());
        }
        if (config.owner().isPresent()) {
            keepAlive.setOwner(config.owner().getAsInt());
        }
        if (config.group().isPresent()) {
            keepAlive.setGroup(config.group().getAsInt());
        }
        addAddresses();
        // Even if it is none, for a persistent device keeps what an earlier process has said. Who adopts a descriptor
        // and asks for none leaves it to whoever has opened it.
        if (!adopted || !config.offloads().isEmpty()) {
            offloads = Collections.unmodifiableSet(keepAlive.setOffloads(config.offloads()));
        }
        opened = control.get();
        start = control.statistics();
        // Last: if anything failed after it, a new device would stay behind.
        if (config.persist()) {
            keepAlive.setPersistent(true);
        }
    }

    private void addAddresses() throws IOException {
        if (config.addressing().addresses().isEmpty()) {
            return;
        }
        List<IpPrefix> present = control.addresses();
        for (Addressing.Address address : config.addressing().addresses()) {
            if (!present.contains(address.local())) {
                control.addAddress(address.local(), address.peer());
                added.add(address);
            }
        }
    }

    /**
     * A device that was there before stays, and shall be as it was; a new one goes with its descriptor. Only what the configuration
     * names is put back: the rest may be somebody else's doing.
     */
    private void restore(Link before, TunSettings settings, Exception cause) {
        if (config.mtu() != 0) {
            attempt(cause, () -> control.setMtu(before.mtu()));
        }
        if (config.macAddress().isPresent()) {
            attempt(cause, () -> control.setMacAddress(before.macAddress()));
        }
        for (Addressing.Address address : added) {
            attempt(cause, () -> control.removeAddress(address.local(), address.peer()));
        }
        if (config.owner().isPresent() && settings.owner().isPresent()) {
            attempt(cause, () -> keepAlive.setOwner(settings.owner().getAsInt()));
        }
        if (config.group().isPresent() && settings.group().isPresent()) {
            attempt(cause, () -> keepAlive.setGroup(settings.group().getAsInt()));
        }
    }

    /** A change of the device. */
    private interface Change {
        void make() throws IOException;
    }

    /** One that fails does not keep the others from being tried, nor hides why they are. */
    private static void attempt(Exception cause, Change change) {
        try {
            change.make();
        } catch (IOException | RuntimeException notRestored) {
            cause.addSuppressed(notRestored);
        }
    }
}
