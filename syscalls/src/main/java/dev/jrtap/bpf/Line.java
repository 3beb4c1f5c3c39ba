// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import org.jspecify.annotations.Nullable;

/**
 * An instruction with the names that it refers to.
 *
 * @param map whose descriptor becomes its immediate when the program is loaded
 * @param target the label that it jumps to
 */
record Line(
        Instruction instruction,
        @Nullable BpfMap map,
        @Nullable String target) {

    @Override
    public String toString() {
        if (map != null) {
            long offset = instruction.immediate() >>> Integer.SIZE;
            String what = instruction.src() == Bpf.BPF_PSEUDO_MAP_VALUE ? "[0]+" + offset : "";
            return "r" + instruction.dst() + " = map " + map.name() + what;
        }
        return target == null ? instruction.toString() : instruction + " <" + target + ">";
    }
}
