// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.CapabilityBits;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.ProcFile;
import dev.jrtap.syscall.Syscalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What bpf(2) can do here: for this kernel, this process and this container. Each probe finds it by trying.
 *
 * <pre>{@code
 * System.out.println(BpfCapabilities.probe());
 * }</pre>
 *
 * <p>Immutable. {@link #toString} is a report for people.
 */
public final class BpfCapabilities {

    /**
     * Something that is missing.
     *
     * @param name of a right, a feature or a helper
     * @param remedy what would bring it
     */
    public record Missing(String name, String remedy) {}

    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");

    private final BpfRights rights;
    private final @Nullable ErrnoException refusal;
    private final Set<BpfFeature> features;
    private final Map<ProgramType, Set<Helper>> helpers;

    private BpfCapabilities(
            BpfRights rights,
            @Nullable ErrnoException refusal,
            Set<BpfFeature> features,
            Map<ProgramType, Set<Helper>> helpers) {
        this.rights = rights;
        this.refusal = refusal;
        this.features = Collections.unmodifiableSet(features);
        this.helpers = helpers;
    }

    /** Asks the kernel: loads some small programs and closes them. Takes about 50 ms, most of it for live frames. */
    public static BpfCapabilities probe() {
        return probe(Syscalls.libc());
    }

    /** Like {@link #probe()}, through {@code sys}. */
    public static BpfCapabilities probe(Syscalls sys) {
        BpfProbe probe = new BpfProbe(sys);
        EnumSet<BpfFeature> features = EnumSet.noneOf(BpfFeature.class);
        for (BpfFeature feature : BpfFeature.values()) {
            if (probe.has(feature)) {
                features.add(feature);
            }
        }
        Map<ProgramType, Set<Helper>> helpers = new EnumMap<>(ProgramType.class);
        for (ProgramType type : ProgramType.values()) {
            helpers.put(type, Collections.unmodifiableSet(probe.helpers(type)));
        }
        return new BpfCapabilities(BpfRights.read(), refusal(probe), features, helpers);
    }

    private static @Nullable ErrnoException refusal(BpfProbe probe) {
        try {
            probe.trial(ProgramType.SCHED_CLS);
            return null;
        } catch (ErrnoException e) {
            return e;
        }
    }

    /** Returns whether programs of every type can be loaded here. Socket filters may be allowed even without. */
    public boolean isAvailable() {
        return refusal == null;
    }

    /** Why not: the refused call, the cause, and the remedy. */
    public Optional<ErrnoException> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Returns whether this is the initial user namespace, the only one whose capabilities count for bpf(2). */
    public boolean isInitialUserNamespace() {
        return rights.initialNamespace();
    }

    /** Returns the features that the kernel has and allows to this process; unmodifiable. */
    public Set<BpfFeature> features() {
        return features;
    }

    /** Returns the helpers that programs of a type may call; unmodifiable, and empty if none can be loaded. */
    public Set<Helper> helpers(ProgramType type) {
        return helpers.getOrDefault(type, Set.of());
    }

    /**
     * Returns what this library supports and this process lacks, including helpers that no program may call, if
     * programs can be loaded at all.
     */
    public List<Missing> missing() {
        List<Missing> missing = new ArrayList<>();
        lacking(missing, "CAP_BPF", CapabilityBits.CAP_BPF);
        lacking(missing, "CAP_NET_ADMIN", CapabilityBits.CAP_NET_ADMIN);
        lacking(missing, "CAP_PERFMON", CapabilityBits.CAP_PERFMON);
        for (BpfFeature feature : BpfFeature.values()) {
            if (!features.contains(feature)) {
                missing.add(new Missing(feature.name(), remedy(feature)));
            }
        }
        for (Helper helper : Helper.values()) {
            if (isAvailable() && helpers.values().stream().noneMatch(some -> some.contains(helper))) {
                missing.add(new Missing(helper.name(), remedy(helper)));
            }
        }
        return missing;
    }

    private void lacking(List<Missing> missing, String name, int capability) {
        if (!rights.has(capability)) {
            missing.add(new Missing(name, rights.remedy(capability)));
        }
    }

    private String remedy(BpfFeature feature) {
        if (feature == BpfFeature.BTF) {
            return "a kernel with CONFIG_DEBUG_INFO_BTF is needed, and /sys mounted";
        }
        if (!isAvailable()) {
            return "bpf(2) must be allowed first";
        }
        return feature == BpfFeature.JIT
                ? "a kernel with CONFIG_BPF_JIT is needed, and `sysctl net.core.bpf_jit_enable=1`"
                : "Linux " + feature.since() + " or newer is needed";
    }

    private String remedy(Helper helper) {
        return helper == Helper.PROBE_READ_KERNEL && !rights.has(CapabilityBits.CAP_PERFMON)
                ? rights.remedy(CapabilityBits.CAP_PERFMON)
                : "a newer kernel is needed";
    }

    @Override
    public String toString() {
        StringBuilder report =
                new StringBuilder("Linux ").append(ProcFile.read(RELEASE)).append('\n');
        report.append("bpf: ")
                .append(refusal == null ? "works" : refusal.getMessage())
                .append('\n');
        report.append("user namespace: ")
                .append(rights.initialNamespace() ? "the initial one" : "another than the initial one")
                .append('\n');
        report.append("kernel.unprivileged_bpf_disabled: ")
                .append(rights.unprivilegedDisabled())
                .append('\n');
        report.append("seccomp filter: ")
                .append(rights.hasSeccompFilter() ? "yes" : "none")
                .append('\n');
        report.append("features: ").append(features).append('\n');
        helpers.forEach((type, some) -> report.append("helpers of ")
                .append(type)
                .append(": ")
                .append(some.size())
                .append(" of ")
                .append(Helper.values().length)
                .append('\n'));
        missing()
                .forEach(m -> report.append("missing: ")
                        .append(m.name())
                        .append(": ")
                        .append(m.remedy())
                        .append('\n'));
        return report.toString();
    }
}
