// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bpf.Code;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The values of an {@link RtapConfig}, changed only before a configuration is made of them. */
final class RtapOptions implements Cloneable {

    @SuppressWarnings("NullAway.Init") // by RtapConfig.named
    String name;

    TunMode mode = TunMode.TAP;
    int queues = 1;
    int mtu;
    OptionalLong mac = OptionalLong.empty();
    boolean napi = true;
    boolean persist;
    Steering steering = Steering.byKernel();

    @Nullable
    Code filter;

    Claim claim = Claim.DEFAULT;
    Set<TunOffload> cut = Set.of();
    OptionalInt owner = OptionalInt.empty();
    OptionalInt group = OptionalInt.empty();
    Optional<Path> namespace = Optional.empty();
    DataPath path = DataPath.DEFAULT;
    Addressing addressing = Addressing.NONE;
    int ringSize = RtapLimits.DEFAULT_RING;

    /** Returns what was set that concerns the whole device or its other processes, by the names of the methods. */
    List<String> ofThePrimary() {
        RtapOptions none = new RtapOptions();
        List<String> names = new ArrayList<>();
        addIf(names, mode != none.mode, "withMode");
        addIf(names, queues != none.queues, "withQueues");
        addIf(names, mtu != none.mtu, "withMtu");
        addIf(names, mac.isPresent(), "withMacAddress");
        addIf(names, !addressing.equals(none.addressing), "withAddress, withPeer or withRoute");
        addIf(names, napi != none.napi, "withoutNapi");
        addIf(names, persist, "withPersistence");
        addIf(names, steering != none.steering, "withSteering");
        addIf(names, filter != null, "withFilter");
        addIf(names, !claim.equals(none.claim), "withSharing, withExclusiveCreation or withExistingDevice");
        addIf(names, owner.isPresent(), "withOwner");
        addIf(names, group.isPresent(), "withGroup");
        addIf(names, namespace.isPresent(), "withNamespace");
        addIf(names, !path.offloads().isEmpty(), "withOffloads");
        addIf(names, path.hasThreadPerDirection(), "withThreadPerDirection");
        addIf(names, path.hasPolling(), "withKernelPolling");
        return names;
    }

    private static void addIf(List<String> names, boolean set, String name) {
        if (set) {
            names.add(name);
        }
    }

    @Override
    protected RtapOptions clone() {
        try {
            return (RtapOptions) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}
