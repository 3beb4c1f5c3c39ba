// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.BpfInsn;
import dev.jrtap.memory.Memory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A program that can be loaded.
 *
 * <p>Immutable. A position counts instructions of 8 bytes, as the kernel does: a constant of 64 bits takes two.
 */
public final class Code {

    private final String name;
    private final String license;
    private final List<Line> lines;
    // By position, in their order.
    private final TreeMap<Integer, String> labels = new TreeMap<>();
    private final int size;

    Code(String name, String license, List<Line> lines, Map<String, Integer> labels) {
        this.name = name;
        this.license = license;
        this.lines = List.copyOf(lines);
        labels.forEach((label, position) -> this.labels.merge(position, label, (one, other) -> one + ", " + other));
        this.size = lines.stream().mapToInt(line -> line.instruction().slots()).sum();
    }

    /** Returns the name in the kernel. */
    public String name() {
        return name;
    }

    /** Returns the license; empty if none was given. */
    public String license() {
        return license;
    }

    /** Returns how many instructions of 8 bytes there are. */
    public int size() {
        return size;
    }

    List<Line> lines() {
        return lines;
    }

    /** Returns the instructions as the kernel takes them, with 0 for the descriptors of maps. */
    public byte[] bytes() {
        Memory memory = memory(false);
        byte[] bytes = new byte[memory.size()];
        memory.getBytes(0, bytes, 0, bytes.length);
        return bytes;
    }

    /** Like {@link #bytes}, with the descriptors, if asked for. */
    Memory memory(boolean descriptors) {
        Memory memory = Memory.allocate(size * BpfInsn.SIZEOF);
        int at = 0;
        for (Line line : lines) {
            Instruction instruction = line.instruction();
            BpfMap map = line.map();
            if (map != null && descriptors) {
                instruction = instruction.withImmediate(instruction.immediate() | map.fd());
            }
            instruction.put(memory, at);
            at += instruction.slots() * BpfInsn.SIZEOF;
        }
        return memory;
    }

    /**
     * Throws if a map that the program uses is closed.
     *
     * @throws IllegalStateException naming the map
     */
    void requireMaps() {
        for (Line line : lines) {
            BpfMap map = line.map();
            if (map != null) {
                map.fd();
            }
        }
    }

    /** Returns the line that begins at or reaches over a position. */
    Line line(int position) {
        int at = 0;
        for (Line line : lines) {
            at += line.instruction().slots();
            if (position < at) {
                return line;
            }
        }
        throw new IndexOutOfBoundsException("position " + position + " in " + name + ", which has 0.." + (size - 1));
    }

    /** Returns a position, for people: {@code "7 (full+2)"}. */
    String place(int position) {
        Map.Entry<Integer, String> label = labels.floorEntry(position);
        if (label == null) {
            return Integer.toString(position);
        }
        int after = position - label.getKey();
        return position + " (" + label.getValue() + (after == 0 ? "" : "+" + after) + ")";
    }

    /** Returns the program for people: labels, positions, and the instructions as in the verifier's log. */
    public String listing() {
        StringBuilder listing = new StringBuilder();
        int position = 0;
        for (Line line : lines) {
            if (labels.containsKey(position)) {
                listing.append(labels.get(position)).append(":\n");
            }
            listing.append(String.format(Locale.ROOT, "%5d: %s%n", position, line));
            position += line.instruction().slots();
        }
        return listing.toString();
    }

    @Override
    public String toString() {
        return "program " + name + ", " + size + " instructions";
    }
}
