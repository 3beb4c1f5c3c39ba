// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Btf;
import dev.jrtap.bindings.Layouts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * Checks that the running kernel lays out its structs as the bindings do. Kernels keep published layouts; the check is
 * for programs that run on kernels of unknown origin. It takes a quarter of a second.
 *
 * <p>Source: kernel documentation, "BPF Type Format (BTF)".
 */
public final class KernelLayouts {

    private KernelLayouts() {}

    /** Returns whether the kernel describes itself, as those with {@code CONFIG_DEBUG_INFO_BTF} do. */
    public static boolean canCheck() {
        return Files.isReadable(Btf.RUNNING_KERNEL);
    }

    /**
     * Returns a sentence for each member that lies elsewhere in this kernel; empty if there is none. Structs and
     * members that the kernel lacks are no difference: nothing here uses them without asking.
     *
     * @throws IOException if the kernel does not describe itself, see {@link #canCheck}
     */
    public static List<String> differences() throws IOException {
        return Layouts.differences(Btf.read(Btf.RUNNING_KERNEL));
    }
}
