// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

/**
 * The kind of an argument of a helper, in one of R1 to R5. The verifier knows these kinds, and no header declares them.
 *
 * <p>Source: the comment on each helper in linux/bpf.h; the kernel's struct bpf_func_proto.
 */
public enum Argument {
    /** The context, R1 when the program begins. */
    CONTEXT("the context, as R1 held it when the program began"),
    /** A map, loaded by {@link Assembler#ldMap} or found in a map of maps. */
    MAP("a map, loaded by ldMap"),
    /** A ring buffer, as the instruction {@code ldMap} loads it. */
    RING("a ring buffer, loaded by ldMap"),
    /** A program array, as the instruction {@code ldMap} loads it. */
    PROGRAMS("a program array, loaded by ldMap"),
    /** Initialized memory with a key of the map. */
    KEY("initialized memory as long as a key of the map"),
    /** Initialized memory with a value of the map. */
    VALUE("initialized memory as long as a value of the map"),
    /** Initialized memory, of as many bytes as the next argument says. */
    READ("initialized memory, as many bytes as the next argument says"),
    /** Memory that the helper fills, of as many bytes as the next argument says. */
    WRITTEN("memory to be filled, as many bytes as the next argument says"),
    /** How many bytes, above zero and with an upper bound that the verifier sees. */
    SIZE("a number of bytes, for which the program has made sure that it is above zero and not above the memory's"),
    /** How many bytes, perhaps none. */
    SIZE_OR_ZERO("a number of bytes, for which the program has made sure that it is not above the memory's"),
    /** How many bytes, known when the program is loaded. */
    CONSTANT("a number of bytes that is a constant"),
    /** What ringbuf_reserve has returned, after a check for zero. */
    RECORD("the record that ringbuf_reserve returned, checked for zero"),
    /** Any number: offsets, flags, indexes. */
    NUMBER("a number");

    private final String words;

    Argument(String words) {
        this.words = words;
    }

    /** Returns whether the verifier refuses a number in its place. */
    boolean isPointer() {
        return switch (this) {
            case SIZE, SIZE_OR_ZERO, CONSTANT, NUMBER -> false;
            default -> true;
        };
    }

    /** Returns its description. */
    @Override
    public String toString() {
        return words;
    }
}
