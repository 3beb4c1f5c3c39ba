// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Btf;
import dev.jrtap.bindings.Layouts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * Whether the kernel that this runs on lays out its structs as the bindings have them. Kernels keep what they have once
 * promised; the check is for programs that run on kernels of unknown origin. It takes a quarter of a second.
 *
 * <p>Source: kernel documentation, "BPF Type Format (BTF)".
 */
public final class KernelLayouts {

    private KernelLayouts() {}

    /** Whether the kernel describes itself, as those with {@code CONFIG_DEBUG_INFO_BTF} do. */
    public static boolean canCheck() {
        return Files.isReadable(Btf.RUNNING_KERNEL);
    }

    /**
     * One sentence for each member that lies elsewhere in this kernel; empty if all is well. Structs and members that
     * the kernel does not have yet are no difference: nothing here uses them without asking.
     *
     * @throws IOException if the kernel does not describe itself, see {@link #canCheck}
     */
    public static List<String> differences() throws IOException {
        return Layouts.differences(Btf.read(Btf.RUNNING_KERNEL));
    }
}
