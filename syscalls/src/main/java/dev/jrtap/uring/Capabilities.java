// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What io_uring can do here: for this kernel, this process and this container. Each probe finds it by trying.
 *
 * <p>Immutable. {@link #toString} is a report for people.
 */
public final class Capabilities {

    /**
     * Something that is missing.
     *
     * @param name of an operation, a set-up flag or a feature
     * @param remedy what would bring it
     */
    public record Missing(String name, String remedy) {}

    private static final EnumSet<SetupFlag> NONE = EnumSet.noneOf(SetupFlag.class);

    private final String kernelRelease;
    private final ErrnoException refusal;
    private final Set<Operation> operations;
    private final Set<RingFeature> features;
    private final Set<SetupFlag> setupFlags;

    private Capabilities(
            String kernelRelease,
            ErrnoException refusal,
            Set<Operation> operations,
            Set<RingFeature> features,
            Set<SetupFlag> setupFlags) {
        this.kernelRelease = kernelRelease;
        this.refusal = refusal;
        this.operations = Collections.unmodifiableSet(operations);
        this.features = Collections.unmodifiableSet(features);
        this.setupFlags = Collections.unmodifiableSet(setupFlags);
    }

    /** Asks the kernel: sets up some small rings and closes them. Takes a few milliseconds. */
    public static Capabilities probe() {
        return probe(Syscalls.libc());
    }

    /** Asks the kernel through {@code sys}. */
    public static Capabilities probe(Syscalls sys) {
        String release = IoUringPolicy.kernelRelease();
        EnumSet<SetupFlag> flags = EnumSet.noneOf(SetupFlag.class);
        for (SetupFlag flag : SetupFlag.values()) {
            if (isAccepted(sys, flag)) {
                flags.add(flag);
            }
        }
        try (Ring ring = Ring.builder(sys).entries(2).prefer().build()) {
            RingCapabilities granted = ring.capabilities();
            return new Capabilities(release, null, granted.operations(), granted.features(), flags);
        } catch (ErrnoException e) {
            return new Capabilities(
                    release, e, EnumSet.noneOf(Operation.class), EnumSet.noneOf(RingFeature.class), flags);
        }
    }

    private static boolean isAccepted(Syscalls sys, SetupFlag flag) {
        EnumSet<SetupFlag> wanted = EnumSet.copyOf(flag.needed());
        wanted.add(flag);
        try {
            // Two entries: a large one takes the place of two, so SQE_MIXED is refused for fewer.
            RingSetup setup = RingSetup.create(sys, new RingSetup.Request(2, 4, wanted, NONE));
            setup.release();
            return true;
        } catch (ErrnoException e) {
            return false;
        }
    }

    /** Returns the kernel's release, as {@code "6.12.94+deb13-amd64"}; empty without /proc. */
    public String kernelRelease() {
        return kernelRelease;
    }

    /** Returns whether a ring of this library works here. */
    public boolean isAvailable() {
        return refusal == null;
    }

    /** Why not: the refused call, the cause, and the remedy. */
    public Optional<ErrnoException> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Returns the operations that a ring can perform; unmodifiable. */
    public Set<Operation> operations() {
        return operations;
    }

    /** Returns the features that the kernel reports; unmodifiable. */
    public Set<RingFeature> features() {
        return features;
    }

    /** Returns the flags that the kernel accepts, each with what it needs; unmodifiable. */
    public Set<SetupFlag> setupFlags() {
        return setupFlags;
    }

    /** Returns what this library supports and the kernel lacks. */
    public List<Missing> missing() {
        List<Missing> missing = new ArrayList<>();
        for (Operation operation : EnumSet.complementOf(copy(Operation.class, operations))) {
            missing.add(new Missing(operation.name(), remedy(operation.since())));
        }
        for (SetupFlag flag : EnumSet.complementOf(copy(SetupFlag.class, setupFlags))) {
            missing.add(new Missing(flag.name(), remedy(flag.since())));
        }
        for (RingFeature feature : EnumSet.complementOf(copy(RingFeature.class, features))) {
            missing.add(new Missing(feature.name(), remedy(feature.since())));
        }
        return missing;
    }

    private String remedy(String since) {
        return isAvailable() ? "Linux " + since + " or newer is needed" : "io_uring must be allowed first";
    }

    private static <E extends Enum<E>> EnumSet<E> copy(Class<E> type, Set<E> set) {
        EnumSet<E> copy = EnumSet.noneOf(type);
        copy.addAll(set);
        return copy;
    }

    /** Known bugs of kernels of this release; a distribution may have fixed them. */
    public List<String> knownProblems() {
        return KnownProblems.of(kernelRelease);
    }

    @Override
    public String toString() {
        StringBuilder report = new StringBuilder("Linux ").append(kernelRelease).append('\n');
        report.append("io_uring: ")
                .append(refusal == null ? "works" : refusal.getMessage())
                .append('\n');
        report.append("locked memory: ").append(IoUringPolicy.lockedMemory()).append('\n');
        report.append("seccomp filter: ")
                .append(IoUringPolicy.hasSeccompFilter() ? "yes" : "none")
                .append('\n');
        report.append("operations: ").append(operations.size()).append(" of ").append(Operation.values().length);
        report.append("\nset-up flags: ").append(setupFlags);
        report.append("\nfeatures: ").append(features).append('\n');
        missing()
                .forEach(m -> report.append("missing: ")
                        .append(m.name())
                        .append(": ")
                        .append(m.remedy())
                        .append('\n'));
        knownProblems()
                .forEach(problem ->
                        report.append("known problem: ").append(problem).append('\n'));
        return report.toString();
    }
}
