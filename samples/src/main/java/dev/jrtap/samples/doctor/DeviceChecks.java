// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.doctor;

import static dev.jrtap.samples.doctor.Finding.amber;
import static dev.jrtap.samples.doctor.Finding.green;
import static dev.jrtap.samples.doctor.Finding.red;

import dev.jrtap.rtap.RtapCapabilities;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Checks whether a device can be opened, whether namespaces can be made, and which features the driver offers. */
final class DeviceChecks {

    private final Machine machine;
    private final List<Finding> findings = new ArrayList<>();

    private DeviceChecks(Machine machine) {
        this.machine = machine;
    }

    static List<Finding> run(Machine machine) throws InterruptedException {
        DeviceChecks checks = new DeviceChecks(machine);
        checks.run();
        return checks.findings;
    }

    private void run() throws InterruptedException {
        boolean ownNamespace = namespaces();
        try {
            RtapCapabilities device = probe();
            findings.add(green("device", "a TAP device opens; the driver offers " + device.tunFeatures()));
            findings.add(offloads(device.offloads()));
        } catch (ErrnoException e) {
            boolean lacksRight = e.errno() == Errno.EPERM && e.call().contains("TUNSETIFF");
            findings.add(
                    lacksRight && ownNamespace
                            ? amber(
                                    "device",
                                    "CAP_NET_ADMIN is missing here, but a new user namespace has it",
                                    "run java under `unshare -Urn`, as the commands themselves do, or as root")
                            : Finding.refused(Finding.Level.RED, "device", e));
        } catch (IOException e) {
            findings.add(red("device", String.valueOf(e.getMessage()), ""));
        }
    }

    /** Probes in a new namespace if one can be made, so that the machine's interfaces do not change. */
    private static RtapCapabilities probe() throws IOException {
        NetworkNamespace own;
        try {
            own = NetworkNamespace.create(Syscalls.libc());
        } catch (IOException e) {
            return RtapCapabilities.probe(TunMode.TAP);
        }
        try (own) {
            return own.call(() -> RtapCapabilities.probe(TunMode.TAP));
        }
    }

    private static Finding offloads(Set<TunOffload> offloads) {
        EnumSet<TunOffload> missing = EnumSet.allOf(TunOffload.class);
        missing.removeAll(offloads);
        return missing.isEmpty()
                ? green("offloads", "checksum and segmentation, of TCP and UDP")
                : amber("offloads", "the driver lacks " + missing, "USO needs Linux 6.2, the others any kernel");
    }

    /** Returns whether this process can make a network namespace, itself or by unshare(1). */
    private boolean namespaces() throws InterruptedException {
        try {
            NetworkNamespace.create(Syscalls.libc()).close();
            findings.add(green("namespaces", "this process may make network namespaces"));
            return true;
        } catch (IOException e) {
            // Without CAP_SYS_ADMIN, a user namespace is needed.
            return userNamespaces();
        }
    }

    private boolean userNamespaces() throws InterruptedException {
        String output;
        try {
            Process trial = new ProcessBuilder("unshare", "-Urn", "true")
                    .redirectErrorStream(true)
                    .start();
            output = new String(trial.getInputStream().readAllBytes()).trim();
            if (trial.waitFor() == 0) {
                findings.add(green("namespaces", "this user may make network namespaces, by unshare(1)"));
                return true;
            }
        } catch (IOException e) {
            findings.add(amber("namespaces", "unshare(1) is not installed", "apt install util-linux"));
            return false;
        }
        findings.add(amber(
                "namespaces",
                "this user may not make network namespaces: " + output,
                machine.userNamespacesForbiddenBy()));
        return false;
    }
}
