// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.doctor;

import static dev.jrtap.samples.doctor.Finding.amber;
import static dev.jrtap.samples.doctor.Finding.green;
import static dev.jrtap.samples.doctor.Finding.red;

import dev.jrtap.bpf.BpfCapabilities;
import dev.jrtap.bpf.BpfFeature;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.uring.Capabilities;
import dev.jrtap.uring.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks the kernel's release, its known bugs, io_uring and BPF, and the JVM. */
final class KernelChecks {

    private static final Set<String> TESTED = Set.of("amd64", "x86_64", "aarch64");

    private KernelChecks() {}

    static Finding kernel(Capabilities rings) {
        String machine = System.getProperty("os.arch");
        String text = "Linux " + rings.kernelRelease() + ", " + machine;
        return TESTED.contains(machine)
                ? green("kernel", text)
                : red("kernel", text, "this library supports x86-64 and aarch64");
    }

    /** Returns a finding for each known bug of this kernel's release. */
    static List<Finding> knownProblems(Capabilities rings) {
        List<Finding> findings = new ArrayList<>();
        rings.knownProblems().forEach(problem -> {
            // "what is wrong: what helps", or without the latter.
            String[] parts = problem.split(": ", 2);
            findings.add(amber("known problem", parts[0], parts.length == 1 ? "" : parts[1]));
        });
        return findings;
    }

    /** Checks io_uring. One cause is one finding: without rings, nothing is said about their operations. */
    static Finding rings(Capabilities rings, Machine machine) {
        Optional<ErrnoException> refusal = rings.refusal();
        if (refusal.isPresent()) {
            Finding refused = Finding.refused(Finding.Level.AMBER, "io_uring", refusal.get());
            String setting = machine.ringsForbiddenBy();
            String text = refused.text() + ": each packet takes a system call";
            return amber("io_uring", text, setting.isEmpty() ? refused.remedy() : setting);
        }
        return green("io_uring", rings.operations().size() + " of " + Operation.values().length + " operations");
    }

    static Finding bpf(BpfCapabilities bpf) {
        Optional<ErrnoException> refusal = bpf.refusal();
        if (refusal.isPresent()) {
            return Finding.refused(Finding.Level.AMBER, "BPF", refusal.get());
        }
        if (!bpf.features().contains(BpfFeature.JIT)) {
            String remedy = bpf.missing().stream()
                    .filter(missing -> missing.name().equals(BpfFeature.JIT.name()))
                    .map(BpfCapabilities.Missing::remedy)
                    .findFirst()
                    .orElse("");
            return amber("BPF", "programs are interpreted, which is several times slower", remedy);
        }
        return green("BPF", "works, with the JIT");
    }

    /** Checks the JVM by its version and its flags. */
    static Finding jvm() {
        String text = "JDK " + Runtime.version();
        if (Runtime.version().feature() < 24 || isNativeAccessEnabled()) {
            return green("JVM", text);
        }
        return amber("JVM", text + ": warns that native code is loaded", "--enable-native-access=ALL-UNNAMED");
    }

    /** Module.isNativeAccessEnabled() came with JDK 22. */
    private static boolean isNativeAccessEnabled() {
        try {
            Object enabled = Module.class.getMethod("isNativeAccessEnabled").invoke(KernelChecks.class.getModule());
            return Boolean.TRUE.equals(enabled);
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
