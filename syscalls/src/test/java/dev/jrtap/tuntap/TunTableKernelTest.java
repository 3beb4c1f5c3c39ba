// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.KernelTable;
import dev.jrtap.fixtures.MaskedSyscalls;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The driver features that the library finds are those of the kernel, by {@link KernelTable}. */
class TunTableKernelTest {

    private static final TapRequest REQUEST = new TapRequest("table%d", TunMode.TAP, true);

    @BeforeEach
    void needsADevice() {
        TunDevice.require();
    }

    @Test
    void featuresAreThoseOfTheTable() throws Exception {
        compareFeatures(KernelTable.requireRow(), Syscalls.libc());
    }

    /** The comparison fails for each bit that is hidden from the library. */
    @Test
    void missesWhateverVanishes() {
        KernelTable row = KernelTable.requireRow();
        for (int bit = 1; bit <= row.tunFeatures(); bit <<= 1) {
            if ((row.tunFeatures() & bit) != 0) {
                Syscalls without = new MaskedSyscalls(Syscalls.libc()).withoutTunFeatures(bit);
                assertThatThrownBy(() -> compareFeatures(row, without))
                        .as(TunFlags.names(bit))
                        .isInstanceOfAny(AssertionError.class, ErrnoException.class);
            }
        }
        for (TunOffload offload : TunOffload.values()) {
            int bits = TunOffload.bits(Set.of(offload));
            if ((row.tunOffloads() & bits) == bits) {
                Syscalls without = new MaskedSyscalls(Syscalls.libc()).withoutOffloads(bits);
                assertThatThrownBy(() -> compareOffloads(row, without))
                        .as(offload.name())
                        .isInstanceOf(AssertionError.class);
            }
        }
    }

    private static void compareFeatures(KernelTable row, Syscalls sys) throws Exception {
        try (TapQueue queue = TapQueue.open(sys, REQUEST)) {
            assertThat(names(queue.driverFeatures())).containsAll(names(TunFlags.names(row.tunFeatures())));
            if (row.exact()) {
                assertThat(queue.driverFeatures()).isEqualTo(TunFlags.names(row.tunFeatures()));
            }
        }
    }

    private static Set<String> names(String flags) {
        return Set.of(flags.split("\\|"));
    }

    /** UDP segmentation is the newest: where the table lacks it, all others are granted. */
    @Test
    void offloadsAreThoseOfTheTable() throws Exception {
        compareOffloads(KernelTable.requireRow(), Syscalls.libc());
    }

    private static void compareOffloads(KernelTable row, Syscalls sys) throws Exception {
        EnumSet<TunOffload> expected = EnumSet.noneOf(TunOffload.class);
        for (TunOffload offload : TunOffload.values()) {
            int bits = TunOffload.bits(Set.of(offload));
            if ((row.tunOffloads() & bits) == bits) {
                expected.add(offload);
            }
        }
        try (TapQueue queue = TapQueue.open(sys, REQUEST)) {
            Set<TunOffload> granted = queue.setOffloads(EnumSet.allOf(TunOffload.class));
            assertThat(granted).containsAll(expected);
            if (row.exact()) {
                assertThat(granted).isEqualTo(expected);
            }
        }
    }
}
