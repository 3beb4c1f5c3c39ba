// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.NetlinkException;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.netlink.TunSettings;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a caller claims of the device it opens by name: that it is there or not, and whether others may have it.
 *
 * @param shared whether others may have it open
 * @param exclusive whether it must be new (IFF_TUN_EXCL)
 * @param existing whether it must be there
 */
record Claim(boolean shared, boolean exclusive, boolean existing) {

    private static final long SETTLING_NANOS = 500_000_000L;
    private static final long LOOK_NANOS = 2_000_000L;

    static final Claim DEFAULT = new Claim(false, false, false);

    Claim {
        if (exclusive && existing) {
            throw new IllegalArgumentException(
                    "a device is either new, withExclusiveCreation(), or there, withExistingDevice()");
        }
    }

    Claim withShared() {
        return new Claim(true, exclusive, existing);
    }

    Claim withExclusive() {
        return new Claim(shared, true, existing);
    }

    Claim withExisting() {
        return new Claim(shared, exclusive, true);
    }

    /**
     * Asks about the name before it is opened, in the calling thread's network namespace; a pattern has no device yet.
     *
     * @return whether others have it open
     */
    boolean checkBefore(Syscalls sys, String name) throws IOException {
        if (name.indexOf('%') >= 0) {
            checkThere(false, name);
            return false;
        }
        try (RouteSocket route = RouteSocket.open(sys)) {
            TunSettings settings = settled(route, name);
            checkThere(settings != null, name);
            if (settings == null) {
                return false;
            }
            checkFree(settings, 0, name);
            checkFrames(settings, name);
            return settings.descriptors() > 0;
        }
    }

    /**
     * Returns the settings of a device, once only living processes hold it: the kernel releases a queue some time after
     * its ring has been closed, or its process has died.
     */
    private @Nullable TunSettings settled(RouteSocket route, String name) throws IOException {
        long deadline = System.nanoTime() + SETTLING_NANOS;
        TunSettings settings = settings(route, name);
        while (!shared
                && settings != null
                && settings.descriptors() > 0
                && Holders.of(name).isEmpty()
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_NANOS);
            settings = settings(route, name);
        }
        return settings;
    }

    /** Returns the settings of a device; {@code null} if there is no interface of that name. */
    private static @Nullable TunSettings settings(RouteSocket route, String name) throws IOException {
        try {
            return new Links(route).tunSettings(name);
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ENODEV) {
                return null;
            }
            throw e;
        }
    }

    private void checkThere(boolean there, String name) throws ErrnoException {
        if (existing && !there) {
            throw ErrnoException.of(
                    -Errno.ENODEV,
                    "open(" + name + ", existing)",
                    "there is no such interface: make it first, persistent");
        }
    }

    /** Refuses a device that was there at the first look, and was made anew by the opening. */
    void checkThereStill(TunSettings settings, String name) throws ErrnoException {
        checkThere(settings.persistent() || settings.descriptors() > 1, name);
    }

    /** Refuses a device that has more descriptors than {@code ours}, unless it is shared. */
    void checkFree(TunSettings settings, int ours, String name) throws ErrnoException {
        int open = settings.descriptors() - ours;
        if (!shared && open > 0) {
            throw ErrnoException.of(
                    -Errno.EBUSY,
                    "open(" + name + ")",
                    open + (open == 1 ? " descriptor of it is" : " descriptors of it are") + " open already"
                            + Holders.of(name)
                            + ", and would share its packets with this one: close them, take another name, or ask for"
                            + " RtapConfig.withSharing()");
        }
    }

    /** Attaching sets IFF_NO_PI and IFF_VNET_HDR for all: others would get shifted frames. */
    private static void checkFrames(TunSettings settings, String name) throws ErrnoException {
        if (settings.descriptors() > 0 && (settings.packetInformation() || !settings.vnetHeader())) {
            throw ErrnoException.of(
                    -Errno.EOPNOTSUPP,
                    "open(" + name + ", shared)",
                    "others have it open "
                            + (settings.packetInformation() ? "without IFF_NO_PI" : "without IFF_VNET_HDR")
                            + Holders.of(name) + ", and would get shifted frames");
        }
    }
}
