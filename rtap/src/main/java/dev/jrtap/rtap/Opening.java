// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.bpf.Attachments;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.LinkStatistics;
import dev.jrtap.netlink.TunSettings;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A device on its way to be what its configuration says: what has been opened for it, and how it was before. */
final class Opening {

    final Syscalls sys;
    /** As far as it is possible: without what this kernel, or this user, must do without. */
    RtapConfig config;

    final TapQueue keepAlive;
    /** Descriptors of queue pairs that somebody else has opened, the one that keeps the device alive first. */
    final List<TapQueue> adopted;

    final DeviceSocket device;
    final Queues queues;
    final LinkControl control;
    final Strays strays;
    GrantedOffloads offloads = GrantedOffloads.UNKNOWN;

    @Nullable
    MappedDevice mapped;

    Optional<String> notMapped = Optional.empty();

    @SuppressWarnings("NullAway.Init") // by finish
    DevicePrograms programs;

    private final List<Addressing.Address> added = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // by finish
    Link opened;

    @SuppressWarnings("NullAway.Init") // by finish
    LinkStatistics start;

    private boolean others;

    private Opening(Syscalls sys, RtapConfig config, Attached attached, DeviceSocket device) {
        this.sys = sys;
        this.config = config;
        this.keepAlive = attached.queue();
        this.adopted = attached.adopted();
        this.device = device;
        this.queues = new Queues(keepAlive.name(), config.queues(), keepAlive.mode());
        this.strays = new Strays(sys, device);
        this.control = new LinkControl(device, queues);
    }

    /** Opens and sets up a device; nothing is left behind if that fails. */
    static Opening open(Syscalls sys, RtapConfig config) throws IOException {
        MappedDevice.check(config);
        DevicePrograms.check(config);
        NetworkNamespace namespace = config.namespace().isEmpty()
                ? null
                : NetworkNamespace.open(sys, config.namespace().get());
        Attached attached;
        try {
            attached = DeviceSocket.inNamespace(namespace, () -> Attached.open(sys, config, namespace));
        } catch (Throwable e) {
            if (namespace != null) {
                namespace.close();
            }
            throw e;
        }
        return open(sys, config, attached);
    }

    /**
     * Adopts descriptors of one device, each of a queue, even if it throws.
     *
     * @param present the offloads of the device; {@code null} if they are not known
     */
    static Opening adopt(Syscalls sys, List<Integer> descriptors, RtapConfig config, @Nullable Set<TunOffload> present)
            throws IOException {
        return open(sys, config, Attached.adopt(sys, descriptors, present));
    }

    /** Takes ownership of what is {@code attached}, even if it throws. */
    private static Opening open(Syscalls sys, RtapConfig config, Attached attached) throws IOException {
        DeviceSocket device = null;
        try {
            device = DeviceSocket.open(sys, attached.queue(), attached.namespace());
            return new Opening(sys, config, attached, device).finish(attached);
        } catch (Throwable e) {
            if (device != null) {
                device.close();
            } else if (attached.namespace() != null) {
                attached.namespace().close();
            }
            attached.queue().close();
            attached.adopted().forEach(TapQueue::close);
            throw e;
        }
    }

    private boolean isAdopted() {
        return !adopted.isEmpty();
    }

    private Opening finish(Attached attached) throws IOException {
        strays.count(attached.lost());
        Link before = control.get();
        TunSettings settings = device.settings();
        checkFrames(settings);
        try {
            program(settings);
            apply(attached.offloads());
            return this;
        } catch (Throwable e) {
            try {
                closePrograms();
            } finally {
                restore(before, settings, e);
            }
            throw e;
        }
    }

    /** A persistent device has the programs still that a former owner has left in it. */
    private void program(TunSettings settings) throws ErrnoException {
        if (isAdopted() || others) {
            if (config.rxMode() == RxMode.MAPPED) {
                throw MappedDevice.refusal("this one is not, or not only, its opener's");
            }
            programs = new DevicePrograms(keepAlive, false, null);
            programs.open(config.options().steering, config.options().filter);
            return;
        }
        if (settings.persistent()) {
            Attachments.clearFilter(keepAlive);
            Attachments.clearSteering(keepAlive);
        }
        if (config.rxMode() == RxMode.MAPPED) {
            MappedDevice.checkOwn(settings, keepAlive.name());
            map();
        }
        programs = new DevicePrograms(keepAlive, true, mapped);
        programs.open(config.options().steering, config.options().filter);
    }

    /** Detaches what is attached, even if not all of it is. */
    private void closePrograms() {
        try {
            if (programs != null) {
                programs.close();
            }
        } finally {
            if (mapped != null) {
                mapped.close();
            }
        }
    }

    private void map() throws ErrnoException {
        try {
            mapped = MappedDevice.open(sys, !config.offloads().isEmpty());
        } catch (ErrnoException e) {
            if (!MappedDevice.isAbsent(e)) {
                throw e;
            }
            notMapped = Optional.ofNullable(e.getMessage());
            config = config.withRxMode(RxMode.AUTO);
        }
    }

    /** An opener that came between the first look and the opening is seen now; and frames must be as ours are. */
    private void checkFrames(TunSettings settings) throws ErrnoException {
        if (settings.packetInformation()) {
            throw ErrnoException.of(
                    -Errno.EOPNOTSUPP,
                    (isAdopted() ? "adopt(" : "open(") + keepAlive.name() + ")",
                    "four bytes of packet information precede each frame: open it with IFF_NO_PI");
        }
        if (isAdopted()) {
            return;
        }
        config.options().claim.checkThereStill(settings, keepAlive.name());
        config.options().claim.checkFree(settings, 1, keepAlive.name());
        others = settings.descriptors() > 1;
        if (others) {
            keepAlive.checkVnetHeader();
        } else if (keepAlive.vnetHeaderLength() != TapQueue.VNET_HEADER_LENGTH) {
            // The process that made the persistent device has left it so.
            keepAlive.setVnetHeaderLength();
        }
    }

    /** Steps that cannot be undone come last. */
    private void apply(@Nullable Set<TunOffload> present) throws IOException {
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
        setOffloads(present);
        opened = control.get();
        start = control.statistics();
        // Last: if anything failed after it, a new device would be left over.
        if (config.isPersistent()) {
            keepAlive.setPersistent(true);
        }
    }

    private void setOffloads(@Nullable Set<TunOffload> present) throws IOException {
        // Even if it is none, because a persistent device keeps what an earlier process has said. Where others have the
        // device, what is not asked for stays as they want it.
        if (!isAdopted() && !others || !config.offloads().isEmpty()) {
            Set<TunOffload> wanted = mapped == null || mapped.hasHeaders() ? config.offloads() : Set.of();
            offloads = GrantedOffloads.request(keepAlive, wanted);
        } else if (present != null) {
            offloads = GrantedOffloads.present(present);
        }
    }

    private void addAddresses() throws IOException {
        if (config.options().addressing.addresses().isEmpty()) {
            return;
        }
        List<IpPrefix> present = control.addresses();
        for (Addressing.Address address : config.options().addressing.addresses()) {
            if (!present.contains(address.local())) {
                control.addAddress(address.local(), address.peer());
                added.add(address);
            }
        }
    }

    /**
     * A device that was there before stays, and must be as it was; a new one goes with its descriptor. Only what the
     * configuration names is restored: the rest may be somebody else's doing.
     */
    private void restore(Link before, TunSettings settings, Throwable cause) {
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
    private static void attempt(Throwable cause, Change change) {
        try {
            change.make();
        } catch (Throwable notRestored) {
            cause.addSuppressed(notRestored);
        }
    }
}
