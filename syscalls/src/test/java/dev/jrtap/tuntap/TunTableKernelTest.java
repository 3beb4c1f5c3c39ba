// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.KernelTable;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.syscall.Syscalls;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the library finds of the driver is what the kernel has. */
class TunTableKernelTest {

    private static final TapRequest REQUEST = new TapRequest("table%d", TunMode.TAP, true);

    @BeforeEach
    void needsADevice() {
        TunDevice.require();
    }

    @Test
    void featuresAreThoseOfTheTable() throws Exception {
        KernelTable row = KernelTable.requireRow();
        try (TapQueue queue = TapQueue.open(Syscalls.libc(), REQUEST)) {
            assertThat(names(queue.driverFeatures())).containsAll(names(TunFlags.names(row.tunFeatures())));
            if (row.exact()) {
                assertThat(queue.driverFeatures()).isEqualTo(TunFlags.names(row.tunFeatures()));
            }
        }
    }

    private static Set<String> names(String flags) {
        return Set.of(flags.split("\\|"));
    }

    /** UDP segmentation came last: where the table has it not, all but that is granted. */
    @Test
    void offloadsAreThoseOfTheTable() throws Exception {
        KernelTable row = KernelTable.requireRow();
        EnumSet<TunOffload> expected = EnumSet.noneOf(TunOffload.class);
        for (TunOffload offload : TunOffload.values()) {
            int bits = TunOffload.bits(Set.of(offload));
            if ((row.tunOffloads() & bits) == bits) {
                expected.add(offload);
            }
        }
        try (TapQueue queue = TapQueue.open(Syscalls.libc(), REQUEST)) {
            Set<TunOffload> granted = queue.setOffloads(EnumSet.allOf(TunOffload.class));
            assertThat(granted).containsAll(expected);
            if (row.exact()) {
                assertThat(granted).isEqualTo(expected);
            }
        }
    }
}
