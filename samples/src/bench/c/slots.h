// SPDX-License-Identifier: Apache-2.0
// The counterpart of RxMode.MAPPED in C: a BPF program, as filter of a TAP device (TUNSETFILTEREBPF), writes packets into
// slots of shared memory, where a reader finds them. Frames must fit one slot. receive() fills "hand" with the slots and
// lengths of a burst and lends the program other slots, from a stack of free ones; release() returns those of the burst.
#pragma once
#include "tap.h"
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST = 64, SLOTS = 1024, SLOT_BYTES = 2048, HEADROOM = 128, LONGEST = SLOT_BYTES - HEADROOM };
enum { LOOKUP = 1, LOAD_BYTES = 26 };

// The instruction at which the program drops a packet for which it has no slot, and the jump to it from another one.
enum { FULL = 55 };
#define TO_FULL(from) (FULL - (from) - 1)

// Shared by program and reader. A descriptor holds its position plus one in the upper 32 bits, the length in the lower.
static struct control {
    uint64_t given, sleeping, unused[14];
    uint64_t claimed, taken, full, unused_too[13]; // two cache lines after "given", which the other side writes
    uint32_t free[SLOTS];
    uint64_t descriptors[SLOTS];
} *control;

static struct {
    unsigned slot, length;
} hand[MOST];
static unsigned stack[SLOTS], available = SLOTS / 2;

static unsigned char *memory;

#define INSN(c, d, s, o, i) {.code = c, .dst_reg = d, .src_reg = s, .off = o, .imm = i}
#define MOV(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define SET(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define OP(op, d, s) INSN(BPF_ALU64 | op | BPF_X, d, s, 0, 0)
#define OPI(op, d, i) INSN(BPF_ALU64 | op | BPF_K, d, 0, 0, i)
#define LOAD(size, d, s, o) INSN(BPF_LDX | BPF_MEM | size, d, s, o, 0)
#define STORE(size, d, o, s) INSN(BPF_STX | BPF_MEM | size, d, s, o, 0)
#define ZERO(size, d, o) INSN(BPF_ST | BPF_MEM | size, d, 0, o, 0)
#define ATOMIC(op, d, o, s) INSN(BPF_STX | BPF_ATOMIC | BPF_DW, d, s, o, op)
#define JUMP(op, d, s, o) INSN(BPF_JMP | op | BPF_X, d, s, o, 0)
#define JUMPI(op, d, i, o) INSN(BPF_JMP | op | BPF_K, d, 0, o, i)
#define CALL(i) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define MAP(d, kind, fd, at) INSN(BPF_LD | BPF_IMM | BPF_DW, d, kind, 0, fd), INSN(0, 0, 0, 0, at)
#define AT(member) (int)offsetof(struct control, member)

static int bpf(int command, union bpf_attr *attr, const char *what) {
    int fd = syscall(SYS_bpf, command, attr, sizeof *attr);
    if (fd < 0)
        fail(what);
    return fd;
}

static int load(unsigned type, struct bpf_insn *program, unsigned count) {
    union bpf_attr attr = {.prog_type = type, .insn_cnt = count, .insns = (uintptr_t)program, .license = (uintptr_t) "GPL"};
    return bpf(BPF_PROG_LOAD, &attr, "BPF_PROG_LOAD");
}

// Loads a program that returns the same verdict for every packet.
static int load_verdict(unsigned type, int verdict) {
    struct bpf_insn program[] = {SET(0, verdict), EXIT};
    return load(type, program, 2);
}

// Has an XDP program in the driver drop all packets written to the device, until this process ends.
static void drop_written(unsigned interface) {
    union bpf_attr attr = {.link_create = {.prog_fd = load_verdict(BPF_PROG_TYPE_XDP, 1), .target_ifindex = interface, .attach_type = BPF_XDP, .flags = XDP_FLAGS_DRV_MODE}};
    bpf(BPF_LINK_CREATE, &attr, "BPF_LINK_CREATE");
}

static int map(unsigned value, unsigned count, void *memory) {
    union bpf_attr attr = {
        .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = value, .max_entries = count, .map_flags = BPF_F_MMAPABLE};
    int fd = bpf(BPF_MAP_CREATE, &attr, "BPF_MAP_CREATE");
    *(void **)memory = mmap(NULL, ((size_t)value * count + 4095) & -4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (*(void **)memory == MAP_FAILED)
        fail("mmap");
    return fd;
}

// r6: the packet; r7: its length; r8: the control words; r9: the position of its slot.
static int load_mapped(void) {
    int words = map(sizeof *control, 1, &control), slots = map(SLOT_BYTES, SLOTS, &memory);
    struct bpf_insn program[] = {
        MOV(6, 1), LOAD(BPF_W, 7, 6, 0), MAP(8, BPF_PSEUDO_MAP_VALUE, words, 0),
        JUMPI(BPF_JGT, 7, LONGEST, TO_FULL(4)), JUMPI(BPF_JLT, 7, 1, TO_FULL(5)),
        // claims
        LOAD(BPF_DW, 0, 8, AT(claimed)), LOAD(BPF_DW, 1, 8, AT(given)), JUMP(BPF_JGE, 0, 1, TO_FULL(8)),
        MOV(9, 0), MOV(1, 0), OPI(BPF_ADD, 1, 1), ATOMIC(BPF_CMPXCHG, 8, AT(claimed), 1), JUMP(BPF_JNE, 0, 9, TO_FULL(13)),
        // finds the slot
        MOV(1, 9), OPI(BPF_AND, 1, SLOTS - 1), OPI(BPF_LSH, 1, 2), MAP(2, BPF_PSEUDO_MAP_VALUE, words, AT(free)),
        OP(BPF_ADD, 2, 1), LOAD(BPF_W, 1, 2, 0), STORE(BPF_W, 10, -8, 1), MAP(1, BPF_PSEUDO_MAP_FD, slots, 0),
        MOV(2, 10), OPI(BPF_ADD, 2, -8), CALL(LOOKUP), JUMPI(BPF_JEQ, 0, 0, TO_FULL(27)),
        // writes an empty vnet header and the packet
        ZERO(BPF_H, 0, HEADROOM - 10), ZERO(BPF_W, 0, HEADROOM - 8), ZERO(BPF_W, 0, HEADROOM - 4),
        MOV(1, 6), SET(2, 0), MOV(3, 0), OPI(BPF_ADD, 3, HEADROOM), MOV(4, 7), CALL(LOAD_BYTES), JUMPI(BPF_JNE, 0, 0, TO_FULL(37)),
        // publishes
        MOV(1, 9), MOV(2, 9), OPI(BPF_AND, 2, SLOTS - 1), OPI(BPF_LSH, 2, 3),
        MAP(3, BPF_PSEUDO_MAP_VALUE, words, AT(descriptors)), OP(BPF_ADD, 3, 2),
        OPI(BPF_ADD, 1, 1), OPI(BPF_LSH, 1, 32), OP(BPF_OR, 1, 7), ATOMIC(BPF_XCHG, 3, 0, 1),
        // counts; this reader never sleeps
        LOAD(BPF_DW, 1, 8, AT(sleeping)), JUMPI(BPF_JNE, 1, 0, TO_FULL(50)), SET(1, 1), ATOMIC(BPF_ADD, 8, AT(taken), 1),
        SET(0, 0), EXIT,
        SET(1, 1), ATOMIC(BPF_ADD, 8, AT(full), 1), SET(0, 0), EXIT,
    };
    for (unsigned i = 0; i < SLOTS / 2; i++)
        control->free[i] = i, stack[i] = SLOTS / 2 + i;
    __atomic_store_n(&control->given, SLOTS / 2, __ATOMIC_RELEASE);
    return load(BPF_PROG_TYPE_SOCKET_FILTER, program, sizeof program / sizeof *program);
}

// Takes received packets into the hand, lends new slots, and returns the number of packets.
static unsigned receive(void) {
    static uint64_t taken, given = SLOTS / 2;
    unsigned received = 0;
    uint64_t descriptor;
    while (received < MOST &&
           (descriptor = __atomic_load_n(&control->descriptors[taken % SLOTS], __ATOMIC_ACQUIRE)) >> 32 == (uint32_t)(taken + 1)) {
        hand[received].slot = control->free[taken++ % SLOTS];
        hand[received++].length = descriptor;
    }
    while (given - taken < SLOTS / 2 && available)
        control->free[given++ % SLOTS] = stack[--available];
    __atomic_store_n(&control->given, given, __ATOMIC_RELEASE);
    return received;
}

// Returns the first slots of the hand to the stack.
static void release(unsigned count) {
    for (unsigned i = 0; i < count; i++)
        stack[available++] = hand[i].slot;
}
