// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Argument.CONSTANT;
import static dev.jrtap.bpf.Argument.CONTEXT;
import static dev.jrtap.bpf.Argument.KEY;
import static dev.jrtap.bpf.Argument.MAP;
import static dev.jrtap.bpf.Argument.NUMBER;
import static dev.jrtap.bpf.Argument.PROGRAMS;
import static dev.jrtap.bpf.Argument.READ;
import static dev.jrtap.bpf.Argument.RECORD;
import static dev.jrtap.bpf.Argument.RING;
import static dev.jrtap.bpf.Argument.SIZE;
import static dev.jrtap.bpf.Argument.SIZE_OR_ZERO;
import static dev.jrtap.bpf.Argument.VALUE;
import static dev.jrtap.bpf.Argument.WRITTEN;

import dev.jrtap.bindings.Bpf;
import java.util.List;
import java.util.Optional;

/**
 * Functions of the kernel that programs call, with their arguments in R1 to R5; the result is in R0. These are the ones
 * for packets; call any other by its number, {@code Bpf.BPF_FUNC_*}.
 *
 * <p>Source: linux/bpf.h, comment above enum bpf_func_id; bpf-helpers(7).
 */
public enum Helper {
    /** Returns the address of a value, or zero: of an array too. */
    MAP_LOOKUP_ELEM(Bpf.BPF_FUNC_map_lookup_elem, MAP, KEY),
    MAP_UPDATE_ELEM(Bpf.BPF_FUNC_map_update_elem, MAP, KEY, VALUE, NUMBER),
    MAP_DELETE_ELEM(Bpf.BPF_FUNC_map_delete_elem, MAP, KEY),
    /**
     * Context, programs, index: goes on as the program at the index, with its own registers and the same context, and
     * does not return. Returns where there is none, and after 33 such calls.
     */
    TAIL_CALL(Bpf.BPF_FUNC_tail_call, CONTEXT, PROGRAMS, NUMBER),
    /** Nanoseconds of CLOCK_MONOTONIC. */
    KTIME_GET_NS(Bpf.BPF_FUNC_ktime_get_ns),
    KTIME_GET_BOOT_NS(Bpf.BPF_FUNC_ktime_get_boot_ns),
    /** Like {@link #KTIME_GET_NS}, of the last tick. Since Linux 5.11. */
    KTIME_GET_COARSE_NS(Bpf.BPF_FUNC_ktime_get_coarse_ns),
    JIFFIES64(Bpf.BPF_FUNC_jiffies64),
    GET_PRANDOM_U32(Bpf.BPF_FUNC_get_prandom_u32),
    GET_SMP_PROCESSOR_ID(Bpf.BPF_FUNC_get_smp_processor_id),
    /** Kernel memory by any address; zero, or {@code -EFAULT}. Needs CAP_PERFMON and a license that the GPL allows. */
    PROBE_READ_KERNEL(Bpf.BPF_FUNC_probe_read_kernel, WRITTEN, SIZE_OR_ZERO, NUMBER),

    /** Packet, offset, to, bytes: fails where the packet is shorter. */
    SKB_LOAD_BYTES(Bpf.BPF_FUNC_skb_load_bytes, CONTEXT, NUMBER, WRITTEN, SIZE),
    /** Like {@link #SKB_LOAD_BYTES}, from a header on: {@code BPF_HDR_START_*}. */
    SKB_LOAD_BYTES_RELATIVE(Bpf.BPF_FUNC_skb_load_bytes_relative, CONTEXT, NUMBER, WRITTEN, SIZE, NUMBER),
    SKB_STORE_BYTES(Bpf.BPF_FUNC_skb_store_bytes, CONTEXT, NUMBER, READ, SIZE, NUMBER),
    SKB_PULL_DATA(Bpf.BPF_FUNC_skb_pull_data, CONTEXT, NUMBER),
    /** Packet, protocol in network order, tag. */
    SKB_VLAN_PUSH(Bpf.BPF_FUNC_skb_vlan_push, CONTEXT, NUMBER, NUMBER),
    SKB_VLAN_POP(Bpf.BPF_FUNC_skb_vlan_pop, CONTEXT),
    /** The flow's hash, computed if there is none. */
    GET_HASH_RECALC(Bpf.BPF_FUNC_get_hash_recalc, CONTEXT),
    /** Packet, offset of the checksum, old, new, bytes. */
    L3_CSUM_REPLACE(Bpf.BPF_FUNC_l3_csum_replace, CONTEXT, NUMBER, NUMBER, NUMBER, NUMBER),
    L4_CSUM_REPLACE(Bpf.BPF_FUNC_l4_csum_replace, CONTEXT, NUMBER, NUMBER, NUMBER, NUMBER),
    /** Old bytes, how many, new bytes, how many, sum so far: the difference of the checksums. */
    CSUM_DIFF(Bpf.BPF_FUNC_csum_diff, READ, SIZE_OR_ZERO, READ, SIZE_OR_ZERO, NUMBER),
    CLONE_REDIRECT(Bpf.BPF_FUNC_clone_redirect, CONTEXT, NUMBER, NUMBER),
    /** Interface index, flags: R0 is what the program returns to have it done. */
    REDIRECT(Bpf.BPF_FUNC_redirect, NUMBER, NUMBER),
    XDP_ADJUST_HEAD(Bpf.BPF_FUNC_xdp_adjust_head, CONTEXT, NUMBER),
    XDP_ADJUST_TAIL(Bpf.BPF_FUNC_xdp_adjust_tail, CONTEXT, NUMBER),

    /** Returns a record of constant size, or zero; it must be submitted or discarded on every path. */
    RINGBUF_RESERVE(Bpf.BPF_FUNC_ringbuf_reserve, RING, CONSTANT, NUMBER),
    RINGBUF_SUBMIT(Bpf.BPF_FUNC_ringbuf_submit, RECORD, NUMBER),
    RINGBUF_DISCARD(Bpf.BPF_FUNC_ringbuf_discard, RECORD, NUMBER),
    /** Ring, memory, bytes, flags: reserves, copies and submits. */
    RINGBUF_OUTPUT(Bpf.BPF_FUNC_ringbuf_output, RING, READ, SIZE_OR_ZERO, NUMBER),
    RINGBUF_QUERY(Bpf.BPF_FUNC_ringbuf_query, RING, NUMBER);

    private static final String PREFIX = "BPF_FUNC_";

    private final int number;
    private final List<Argument> arguments;

    Helper(int number, Argument... arguments) {
        this.number = number;
        this.arguments = List.of(arguments);
    }

    /** Its number, {@code BPF_FUNC_*}. */
    public int number() {
        return number;
    }

    /** Returns its arguments, in R1 and the following registers. */
    public List<Argument> arguments() {
        return arguments;
    }

    static Optional<Helper> of(int number) {
        for (Helper helper : values()) {
            if (helper.number == number) {
                return Optional.of(helper);
            }
        }
        return Optional.empty();
    }

    /** Returns the kernel's name, as {@code "skb_load_bytes"}, of any helper. */
    static String nameOf(int number) {
        String name = Bpf.helper(number);
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }
}
