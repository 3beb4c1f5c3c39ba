// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.KernelTable;
import dev.jrtap.syscall.Errno;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the library finds is what the kernel has. */
class KernelTableKernelTest {

    private static <E extends Enum<E>> void check(Class<E> type, Set<E> found, String newest, boolean exact) {
        EnumSet<E> expected = newest.equals("-")
                ? EnumSet.noneOf(type)
                : EnumSet.range(type.getEnumConstants()[0], Enum.valueOf(type, newest));
        assertThat(found).containsAll(expected);
        if (exact) {
            assertThat(found).isEqualTo(expected);
        }
    }

    @Test
    void capabilitiesAreThoseOfTheTable() {
        KernelTable row = KernelTable.requireRow();
        Capabilities capabilities = Capabilities.probe();

        check(Operation.class, capabilities.operations(), row.operation(), row.exact());
        check(RingFeature.class, capabilities.features(), row.feature(), row.exact());
        check(SetupFlag.class, capabilities.setupFlags(), row.setupFlag(), row.exact());
        assertThat(capabilities.isAvailable()).isEqualTo(!row.operation().equals("-"));
    }

    /** Below Linux 5.19 there is no cancelling of everything, and no ring without: a ring could not be closed for sure. */
    @Test
    void saysThatTheKernelIsTooOld() {
        KernelTable row = KernelTable.requireRow();
        if (row.operation().equals("-")) {
            assertThat(Capabilities.probe().refusal()).hasValueSatisfying(refusal -> {
                assertThat(refusal.errno()).isEqualTo(Errno.EOPNOTSUPP);
                assertThat(refusal.call()).startsWith("io_uring_register(").endsWith(", PROBE)");
                assertThat(refusal.hint()).contains("too old: Linux 5.19 or newer is needed");
            });
        } else {
            assertThat(Capabilities.probe().refusal()).isEmpty();
        }
    }
}
