// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import java.util.regex.Pattern;

/**
 * The headers whose facts are compared: for a kernel header, those of the kernel, because it is read without a libc;
 * for any other, all except for the compiler's own.
 */
enum Scope {
    KERNEL,
    ALL;

    private static final Pattern OF_THE_KERNEL =
            Pattern.compile(".*/(asm|asm-generic|linux|drm|mtd|rdma|scsi|sound|video|xen|misc|cxl|fwctl|regulator)/.*");

    static Scope of(String header) {
        return HeaderList.isKernel(header) ? KERNEL : ALL;
    }

    /** Returns whether facts of a header count, by its include name. */
    boolean hasHeader(String header) {
        return this == ALL || HeaderList.isKernel(header);
    }

    /** Returns whether facts of a file count, by its path. */
    boolean hasFile(String file) {
        return !file.contains("/gcc/")
                && !file.startsWith("<")
                && !file.endsWith("/stdc-predef.h")
                && !file.endsWith("/proof.c")
                && !file.endsWith("/macros.c")
                && (this == ALL || OF_THE_KERNEL.matcher(file).matches());
    }
}
