// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.KernelTable;
import dev.jrtap.fixtures.MaskedSyscalls;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
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
        compare(requireRow(), Capabilities.probe());
    }

    private static void compare(KernelTable row, Capabilities capabilities) {
        check(Operation.class, capabilities.operations(), row.operation(), row.exact());
        check(RingFeature.class, capabilities.features(), row.feature(), row.exact());
        check(SetupFlag.class, capabilities.setupFlags(), row.setupFlag(), row.exact());
        assertThat(capabilities.isAvailable()).isEqualTo(!row.operation().equals("-"));
    }

    /** Each of them, hidden from the library, is missed: the comparison is of the whole list, not of its end. */
    @Test
    void missesWhateverVanishes() {
        KernelTable row = requireRow();
        Capabilities all = Capabilities.probe();
        for (Operation operation : all.operations()) {
            assertMissed(row, operation, masked().withoutOperation(operation.opcode()));
        }
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            for (RingFeature feature : RingFeature.of(1 << bit)) {
                if (all.features().contains(feature)) {
                    assertMissed(row, feature, masked().withoutRingFeature(1 << bit));
                }
            }
        }
        for (SetupFlag flag : all.setupFlags()) {
            assertMissed(row, flag, masked().withoutSetupFlags(SetupFlag.bits(Set.of(flag))));
        }
    }

    /** Where the kernel has rings, and somebody forbids them, there is nothing to compare. */
    private static KernelTable requireRow() {
        KernelTable row = KernelTable.requireRow();
        if (!row.operation().equals("-")) {
            Uring.require();
        }
        return row;
    }

    private static MaskedSyscalls masked() {
        return new MaskedSyscalls(Syscalls.libc());
    }

    private static void assertMissed(KernelTable row, Enum<?> hidden, Syscalls sys) {
        assertThatThrownBy(() -> compare(row, Capabilities.probe(sys)))
                .as(hidden.name())
                .isInstanceOf(AssertionError.class);
    }

    /**
     * Below Linux 5.19 there is no canceling of everything, and no ring without: a ring could not be closed for sure.
     */
    @Test
    void saysThatTheKernelIsTooOld() {
        KernelTable row = requireRow();
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
