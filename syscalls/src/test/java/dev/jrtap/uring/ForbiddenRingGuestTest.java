// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Guest;
import dev.jrtap.fixtures.Uring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An administrator forbids io_uring, or memory for it, and what is said then. The settings are those of the whole
 * kernel.
 */
@Timeout(120)
class ForbiddenRingGuestTest {

    private static final Path DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");
    private static final Path GROUP = Path.of("/proc/sys/kernel/io_uring_group");
    private static final String NOBODY = "setpriv --reuid 65534 --regid 65534 --clear-groups ";
    private static final String FORBIDDEN = "EPERM: io_uring_setup(entries=2, flags=R_DISABLED|CQSIZE): ";

    @BeforeEach
    void needsAGuest() {
        Guest.require();
    }

    /** What {@code script} prints while io_uring is {@code disabled} and {@code group} excepted. */
    private static List<String> run(String disabled, String group, String script) throws Exception {
        Feature.require("io_uring_disabled", Files.exists(DISABLED), "Linux 6.6 or newer is needed");
        return Guest.run(script, Guest.value(GROUP, group, "-1"), Guest.value(DISABLED, disabled, "0"));
    }

    @Test
    void nobodyMayWhereItIsDisabled() throws Exception {
        String inTheGroup = "setpriv --reuid 65534 --regid 65533 --clear-groups $PROBE ring";
        assertThat(run("2", "65533", "$PROBE ring; " + inTheGroup))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .startsWith(FORBIDDEN + "kernel.io_uring_disabled is 2")
                        .contains("sysctl kernel.io_uring_disabled=0"));
    }

    @Test
    void whoHasTheCapabilityMayWhereOthersMayNot() throws Exception {
        assertThat(run("1", "-1", "$PROBE ring")).containsExactly("works");
    }

    @Test
    void whoHasNotTheCapabilityIsToldOfTheGroup() throws Exception {
        String rootWithout = "setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin $PROBE ring";
        String rootOfANamespace = NOBODY + "unshare -Ur $PROBE ring";
        assertThat(run("1", "-1", rootWithout + "; " + NOBODY + "$PROBE ring; " + rootOfANamespace))
                .hasSize(3)
                .allSatisfy(line -> assertThat(line)
                        .startsWith(FORBIDDEN + "kernel.io_uring_disabled is 1: run with CAP_SYS_ADMIN")
                        .contains("kernel.io_uring_group, which is none"));
        assertThat(run("1", "4711", NOBODY + "$PROBE ring"))
                .singleElement()
                .asString()
                .contains("which is 4711");
    }

    @Test
    void whoIsInTheGroupMay() throws Exception {
        assertThat(run("1", "65534", NOBODY + "$PROBE ring")).containsExactly("works");
    }

    /** Whether rings count against the limit differs between kernels of one series: it is told if they do. */
    @Test
    void ringsMayNeedMemoryThatMayBeLocked() throws Exception {
        String unlimited = Guest.run(NOBODY + "$PROBE ring=8").get(0);
        assertThat(Guest.run(NOBODY + "prlimit --memlock=0 $PROBE ring=8"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .satisfiesAnyOf(
                                refused -> assertThat(refused)
                                        .startsWith("ENOMEM: io_uring_setup(")
                                        .contains("of which this process may have 0 bytes: raise `ulimit -l`"),
                                counted -> assertThat(counted).isEqualTo(unlimited)));
        assertThat(Guest.run(NOBODY + "prlimit --memlock=65536 $PROBE ring=8 ring=4096"))
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.get(1))
                        .satisfiesAnyOf(
                                refused -> assertThat(refused)
                                        .startsWith("ENOMEM: io_uring_setup(entries=4096")
                                        .contains("65536 bytes: raise `ulimit -l`, or use a smaller ring"),
                                counted -> assertThat(counted).isEqualTo(lines.get(0))));
    }

    @Test
    void registeredBuffersNeedMemoryThatMayBeLocked() throws Exception {
        Uring.require();
        assertThat(Guest.run(NOBODY + "prlimit --memlock=65536 $PROBE buffer=1048576"))
                .singleElement()
                .asString()
                .startsWith("ENOMEM: io_uring_register(")
                .contains("BUFFERS", "now 65536 bytes (RLIMIT_MEMLOCK): raise `ulimit -l`");
        assertThat(Guest.run("prlimit --memlock=65536 $PROBE ring=4096 buffer=1048576"))
                .as("CAP_IPC_LOCK")
                .containsExactly("works", "works");
    }
}
