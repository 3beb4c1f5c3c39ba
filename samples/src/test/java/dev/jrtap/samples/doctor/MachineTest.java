// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The remedies for machines that this one is not. */
@Tag("any-kernel")
@Tag("any-user")
class MachineTest {

    private static final String LIMIT = "Max locked memory         ";

    @TempDir
    private Path root;

    private Machine with(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text + "\n");
        return new Machine(root);
    }

    @ParameterizedTest
    @CsvSource({
        "proc/sys/user/max_user_namespaces, 0, sysctl user.max_user_namespaces=15000",
        "proc/sys/user/max_net_namespaces, 0, sysctl user.max_net_namespaces=15000",
        "proc/sys/kernel/unprivileged_userns_clone, 0, sysctl kernel.unprivileged_userns_clone=1",
        "proc/sys/kernel/apparmor_restrict_unprivileged_userns, 1, sysctl kernel.apparmor_restrict_unprivileged_userns=0",
        "proc/self/status, Seccomp: 2, a seccomp filter"
    })
    void theSettingThatForbidsUserNamespacesIsTheRemedy(String file, String text, String remedy) throws IOException {
        assertThat(with(file, text).userNamespacesForbiddenBy()).startsWith(remedy);
    }

    @ParameterizedTest
    @CsvSource({"1, kernel.io_uring_group", "2, sysctl kernel.io_uring_disabled=0", "0, ''"})
    void theSettingThatForbidsRingsIsTheRemedy(String value, String remedy) throws IOException {
        String told = with("proc/sys/kernel/io_uring_disabled", value).ringsForbiddenBy();

        assertThat(told).contains(remedy);
        assertThat(told.isEmpty()).isEqualTo(value.equals("0"));
    }

    @ParameterizedTest
    @CsvSource({"hpet, AMBER", "acpi_pm, AMBER", "tsc, GREEN", "kvm-clock, GREEN", "arch_sys_counter, GREEN"})
    void aClockThatTakesASystemCallIsTold(String source, Finding.Level level) throws IOException {
        Machine machine = with("sys/devices/system/clocksource/clocksource0/current_clocksource", source);

        assertThat(machine.clock().level()).isEqualTo(level);
        assertThat(machine.clock().text()).contains(source);
    }

    @ParameterizedTest
    @CsvSource({
        "65536, AMBER, limited to 64 KiB",
        "8388608, GREEN, 8 MiB",
        "unlimited, GREEN, unlimited",
    })
    void littleLockedMemoryIsTold(String limit, Finding.Level level, String text) throws IOException {
        Machine machine = with("proc/self/limits", LIMIT + limit + "   " + limit + "   bytes");

        assertThat(machine.lockedMemory().level()).isEqualTo(level);
        assertThat(machine.lockedMemory().text()).startsWith(text);
    }

    @Test
    void nothingIsToldOfAMachineWithoutSettings() {
        Machine machine = new Machine(root);

        assertThat(machine.userNamespacesForbiddenBy()).isEmpty();
        assertThat(machine.ringsForbiddenBy()).isEmpty();
        assertThat(machine.lockedMemory().level()).isEqualTo(Finding.Level.GREEN);
        assertThat(machine.clock().level()).isEqualTo(Finding.Level.GREEN);
    }
}
