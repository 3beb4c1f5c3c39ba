// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;

/**
 * What a program is for, which decides its context, its helpers, and what its result means.
 *
 * <p>Source: linux/bpf.h, enum bpf_prog_type.
 */
public enum ProgramType {
    /**
     * Looks at packets of a socket or a TAP device; its context is {@code SkBuff}. As a filter it returns how many
     * bytes pass, 0 for none; as steering program, the number of a queue.
     */
    SOCKET_FILTER(Bpf.BPF_PROG_TYPE_SOCKET_FILTER),
    /** Classifies and changes packets of an interface; its context is {@code SkBuff}. */
    SCHED_CLS(Bpf.BPF_PROG_TYPE_SCHED_CLS),
    /** Sees frames before the stack does; its context is {@code XdpMd}, its result {@code XDP_*}. */
    XDP(Bpf.BPF_PROG_TYPE_XDP);

    private final int number;

    ProgramType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
