// SPDX-License-Identifier: Apache-2.0
/**
 * bpf(2): maps, programs, an assembler for them, and where they are attached. No clang, no libbpf.
 *
 * <p>Uses: bindings, memory, syscall, tuntap. Used by: rtap.
 */
@NullMarked
package dev.jrtap.bpf;

import org.jspecify.annotations.NullMarked;
