// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfCommon;

/** How much an instruction loads or stores. */
public enum Size {
    /** A byte. */
    B(BpfCommon.BPF_B),
    /** Two bytes. */
    H(BpfCommon.BPF_H),
    /** Four bytes. */
    W(BpfCommon.BPF_W),
    /** Eight bytes. */
    DW(Bpf.BPF_DW);

    private final int bits;

    Size(int bits) {
        this.bits = bits;
    }

    /** Its bits in an opcode. */
    int bits() {
        return bits;
    }
}
