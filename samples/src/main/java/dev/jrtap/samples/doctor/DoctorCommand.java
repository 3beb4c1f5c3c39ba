// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.doctor;

import dev.jrtap.bpf.BpfCapabilities;
import dev.jrtap.samples.Results;
import dev.jrtap.samples.Version;
import dev.jrtap.uring.Capabilities;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;

/** Tries what devices can do on this machine, and prints remedies for what they cannot. */
@Command(
        name = "doctor",
        description = "Checks whether devices and io_uring work here, and prints the remedies if not.",
        footer = "Exit code: 0 if a device can be opened, 1 if not.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private Results results;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Finding> findings = examine(new Machine(Path.of("/")));
        boolean healthy = findings.stream().noneMatch(each -> each.level() == Finding.Level.RED);
        for (Finding finding : findings) {
            results.say("%s", text(finding));
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("healthy", healthy);
        all.put("findings", findings.stream().map(DoctorCommand::members).toList());
        results.tell(healthy ? "A device can be opened here." : "No device can be opened here.", all);
        return healthy ? 0 : 1;
    }

    static List<Finding> examine(Machine machine) throws InterruptedException {
        Capabilities rings = Capabilities.probe();
        List<Finding> findings = new ArrayList<>();
        findings.add(KernelChecks.kernel(rings));
        findings.addAll(KernelChecks.knownProblems(rings));
        findings.addAll(DeviceChecks.run(machine));
        findings.add(KernelChecks.rings(rings, machine));
        findings.add(machine.lockedMemory());
        findings.add(KernelChecks.bpf(BpfCapabilities.probe()));
        findings.add(machine.clock());
        findings.add(KernelChecks.jvm());
        return findings;
    }

    /** Returns a finding as text: the level is colored on a terminal, and the remedy has a line of its own. */
    private static String text(Finding finding) {
        String word = switch (finding.level()) {
            case GREEN -> "@|green ok  |@";
            case AMBER -> "@|yellow warn|@";
            case RED -> "@|bold,red FAIL|@";
        };
        String line = Ansi.AUTO.string(word) + String.format("  %-14s %s", finding.subject(), finding.text());
        return finding.remedy().isEmpty() ? line : line + String.format("%n%20s remedy: %s", "", finding.remedy());
    }

    private static Map<String, Object> members(Finding finding) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("level", finding.level().name().toLowerCase(Locale.ROOT));
        members.put("subject", finding.subject());
        members.put("text", finding.text());
        members.put("remedy", finding.remedy());
        return members;
    }
}
