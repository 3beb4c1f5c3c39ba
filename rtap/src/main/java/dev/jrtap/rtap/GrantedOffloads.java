// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.TunSettings;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;

/**
 * What the kernel may leave undone in packets of one device.
 *
 * @param offloads unmodifiable
 * @param known whether the device has just these: the kernel does not tell what others have set
 * @param ours whether this process has set them
 */
record GrantedOffloads(Set<TunOffload> offloads, boolean known, boolean ours) {

    /** Somebody else's, and nobody tells which. */
    static final GrantedOffloads UNKNOWN = new GrantedOffloads(Set.of(), false, false);

    GrantedOffloads {
        offloads = Collections.unmodifiableSet(offloads);
    }

    /** Sets what is wanted, as far as the kernel grants it. */
    static GrantedOffloads request(TapQueue queue, Set<TunOffload> wanted) throws ErrnoException {
        return new GrantedOffloads(queue.setOffloads(wanted), true, true);
    }

    /** Returns the offloads that another opener has reported. */
    static GrantedOffloads present(Set<TunOffload> offloads) {
        return new GrantedOffloads(offloads, true, false);
    }

    /**
     * Returns what packets may have left undone in them. If nobody tells, it can be anything; but slots for MULTISHOT
     * hold any frame whole, and there longer ones are dropped and counted.
     */
    Set<TunOffload> possible(RxMode mode) {
        return known || mode == RxMode.MULTISHOT ? offloads : Set.of(TunOffload.values());
    }

    /** A persistent device does not keep what only this process can use, unless another one has it too. */
    void clear(DeviceSocket device) {
        if (!ours || offloads.isEmpty()) {
            return;
        }
        try {
            TunSettings settings = device.settings();
            if (settings.persistent() && settings.descriptors() <= 1) {
                device.call(queue -> queue.setOffloads(Set.of()));
            }
        } catch (IOException | IllegalStateException e) {
            // The device is gone, or has been closed before.
        }
    }
}
