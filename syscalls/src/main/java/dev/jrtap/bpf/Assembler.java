// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfCommon;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assembles a program; method names are the mnemonics of the instruction set.
 *
 * <pre>{@code
 * Code code = new Assembler("short_ones")
 *         .ldx(W, R1, R1, SkBuff.LEN)      // r1 = *(u32 *)(r1 +0)
 *         .mov(R0, 0)
 *         .jgt(R1, 128, "drop")
 *         .mov(R0, -1)
 *         .label("drop")
 *         .exit()
 *         .assemble();
 * }</pre>
 *
 * <p>Threads: one at a time.
 *
 * <p>Source: RFC 9669; Documentation/bpf/standardization/instruction-set.rst.
 */
public final class Assembler implements Arithmetic, Jumps, Accesses {

    private final String name;
    private final List<Line> lines = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private String license = "";
    private int slots;

    /**
     * An empty program.
     *
     * @param name its name in the kernel: 1..15 letters, digits, underscores and dots
     */
    public Assembler(String name) {
        this.name = ObjectName.check(name);
    }

    /**
     * Sets the license of the program: some helpers are for {@code "GPL"} and its like only. There is none by default.
     *
     * <p>Source: linux/license.h.
     */
    public Assembler license(String newLicense) {
        license = newLicense;
        return this;
    }

    /** Defines {@code label} at the next instruction. */
    public Assembler label(String label) {
        if (labels.putIfAbsent(label, slots) != null) {
            throw new IllegalArgumentException("label \"" + label + "\" is defined twice in " + name);
        }
        return this;
    }

    /**
     * Adds the instructions of another program. Its exits become jumps to {@code end}, with its result in R0; it begins
     * with a label of its name. Labels of the two programs do not collide.
     */
    public Assembler include(Code other, String end) {
        label(other.name());
        for (Line line : other.lines()) {
            if (line.instruction().isExit()) {
                ja(end);
            } else {
                // Its jumps count instructions, of which there are as many as before.
                add(new Line(line.instruction(), line.map(), null));
            }
        }
        return this;
    }

    @Override
    public Assembler emit(Instruction instruction) {
        return add(new Line(instruction, null, null));
    }

    @Override
    public Assembler emit(Instruction jump, String label) {
        return add(new Line(jump, null, label));
    }

    private Assembler add(Line line) {
        InstructionCheck.check(line.instruction());
        lines.add(line);
        slots += line.instruction().slots();
        return this;
    }

    /** {@code dst =} a constant of 64 bits. */
    public Assembler ldImm64(Register dst, long immediate) {
        return emit(new Instruction(Instruction.LD_IMM64, Register.whole(dst), 0, 0, immediate));
    }

    /** {@code dst =} a map, for helpers. It must be open until the program is loaded. */
    public Assembler ldMap(Register dst, BpfMap map) {
        int number = Register.whole(dst);
        return add(new Line(new Instruction(Instruction.LD_IMM64, number, Bpf.BPF_PSEUDO_MAP_FD, 0, 0), map, null));
    }

    /**
     * {@code dst =} the address of a byte of the value in an array with one entry, without a look-up. Since Linux 5.2.
     *
     * @param offset of the byte in the value
     */
    public Assembler ldMapValue(Register dst, BpfMap map, int offset) {
        int number = Register.whole(dst);
        if (map.entries() != 1 || offset < 0 || offset >= map.valueSize()) {
            throw new IllegalArgumentException("an address lies in the " + map.valueSize() + " bytes of the value of"
                    + " an array with one entry: offset=" + offset + ", entries=" + map.entries() + " of " + map);
        }
        long immediate = (long) offset << Integer.SIZE;
        int value = Bpf.BPF_PSEUDO_MAP_VALUE;
        return add(new Line(new Instruction(Instruction.LD_IMM64, number, value, 0, immediate), map, null));
    }

    /** Calls a helper: R1 to R5 are its arguments and lost, R0 is its result. */
    public Assembler call(Helper helper) {
        return call(helper.number());
    }

    /** Calls a helper by its number, {@code Bpf.BPF_FUNC_*}. */
    public Assembler call(int helper) {
        return emit(new Instruction(BpfCommon.BPF_JMP | Bpf.BPF_CALL, 0, 0, 0, helper));
    }

    /** Ends the program with the result in R0. */
    public Assembler exit() {
        return emit(new Instruction(BpfCommon.BPF_JMP | Bpf.BPF_EXIT, 0, 0, 0, 0));
    }

    /**
     * Computes the jumps.
     *
     * @throws IllegalStateException if a label is not defined, a jump goes further than 32 767 instructions or to no
     *     instruction of the program, or there is no instruction
     */
    public Code assemble() {
        if (lines.isEmpty()) {
            throw new IllegalStateException(name + " has no instructions");
        }
        BitSet starts = new BitSet(slots);
        int slot = 0;
        for (Line line : lines) {
            starts.set(slot);
            slot += line.instruction().slots();
        }
        List<Line> resolved = new ArrayList<>(lines.size());
        slot = 0;
        for (Line line : lines) {
            slot += line.instruction().slots();
            Line here = resolve(line, slot);
            checkTarget(here, slot, starts);
            resolved.add(here);
        }
        return new Code(name, license, resolved, labels);
    }

    /** A line whose jump counts from the slot after it. */
    private Line resolve(Line line, int next) {
        String label = line.target();
        if (label == null) {
            return line;
        }
        Integer place = labels.get(label);
        if (place == null) {
            throw new IllegalStateException("label \"" + label + "\" is not defined in " + name);
        }
        int way = place - next;
        if (way != (short) way) {
            throw new IllegalStateException("label \"" + label + "\" is " + way + " instructions away in " + name
                    + ", and a jump goes -32768..32767");
        }
        return new Line(line.instruction().withOffset(way), null, label);
    }

    private void checkTarget(Line line, int next, BitSet starts) {
        Instruction jump = line.instruction();
        int target = next + jump.offset();
        if (jump.isJump() && (target < 0 || !starts.get(target))) {
            throw new IllegalStateException(line + " at " + (next - 1) + " of " + name + ": no instruction begins at "
                    + target + " of 0.." + (slots - 1) + "; put a label before the one that is meant");
        }
    }
}
