// SPDX-License-Identifier: Apache-2.0
// A loop on one processor: as many packets as a burst holds are sent from the stack into a TAP device, and received from
// it into warm slots. The way "drop" has a filter that lets nothing through: what it costs is the sender's part.
//
//   stack INTERFACE SECONDS BURST FRAME_BYTES  drop | read | rounds | mapped
//
// "mapped" is a BPF program in the device's filter that writes packets into slots, as RxMode.MAPPED has one. Its reader
// does what no user can do without: it hands over a burst of slots and lengths, counts by the receiver's address, which
// is in the packet, lends other slots from a stack of free ones, and releases the burst's to that.
// It takes frames of one slot. The others read longer ones, up to 65535 bytes, into as many slots in a row.
//
// Prints packets, seconds, CPU seconds, kernel entries and errors.
#define _GNU_SOURCE
#include "tap.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <liburing.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST = 64, SLOTS = 1024, SLOT_BYTES = 2048, HEADROOM = 128, HEADER = sizeof(struct virtio_net_hdr), LONGEST = SLOT_BYTES - HEADROOM };
enum { LOOKUP = 1, LOAD_BYTES = 26 };

// Where the program goes on with a packet that it has no slot for, and how far that is from an instruction.
enum { FULL = 55 };
#define TO_FULL(from) (FULL - (from) - 1)

// What program and reader share. A descriptor is the position after its own, and the length below it.
static struct control {
    uint64_t given, sleeping, unused[14];
    uint64_t claimed, taken, full, unused_too[13]; // two cache lines on
    uint32_t free[SLOTS];
    uint64_t descriptors[SLOTS];
} *control;

static struct {
    unsigned slot, length;
} hand[MOST];
static unsigned stack[SLOTS], available = SLOTS / 2;
static unsigned long frames[3], frame_bytes; // to one, to some, to all

static unsigned char *memory, frame[1 << 16];
static int tap, out;
static size_t stride = SLOT_BYTES; // from packet to packet
static struct io_uring ring;
static unsigned long packets, entries, errors;

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

static int map(unsigned value, unsigned count, void *memory) {
    union bpf_attr attr = {
        .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = value, .max_entries = count, .map_flags = BPF_F_MMAPABLE};
    int fd = bpf(BPF_MAP_CREATE, &attr, "BPF_MAP_CREATE");
    *(void **)memory = mmap(NULL, ((size_t)value * count + 4095) & -4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (*(void **)memory == MAP_FAILED)
        fail("mmap");
    return fd;
}

static void attach(struct bpf_insn *program, unsigned count) {
    union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insn_cnt = count, .insns = (uintptr_t)program, .license = (uintptr_t) "GPL"};
    int fd = bpf(BPF_PROG_LOAD, &attr, "BPF_PROG_LOAD");
    if (ioctl(tap, TUNSETFILTEREBPF, &fd))
        fail("TUNSETFILTEREBPF");
}

static void attach_drop(void) {
    struct bpf_insn program[] = {SET(0, 0), EXIT};
    attach(program, 2);
}

// r6: the packet; r7: its length; r8: the control words; r9: the position of its slot.
static void attach_mapped(void) {
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
        // writes a blank header and the packet
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
    attach(program, sizeof program / sizeof *program);
    for (unsigned i = 0; i < SLOTS / 2; i++)
        control->free[i] = i, stack[i] = SLOTS / 2 + i;
    __atomic_store_n(&control->given, SLOTS / 2, __ATOMIC_RELEASE);
}

static void open_tap(const char *name, unsigned bytes) {
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_MULTI_QUEUE | IFF_NO_PI | IFF_VNET_HDR};
    int header = HEADER, control_socket = socket(AF_INET, SOCK_DGRAM, 0);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tap < 0 || ioctl(tap, TUNSETIFF, &request) || ioctl(tap, TUNSETVNETHDRSZ, &header) || ioctl(tap, TUNSETOFFLOAD, 0))
        fail("tun");
    if (bytes > LONGEST) {
        stride = (HEADROOM + bytes + SLOT_BYTES - 1) / SLOT_BYTES * SLOT_BYTES;
        request.ifr_mtu = 65521;
        if (ioctl(control_socket, SIOCSIFMTU, &request))
            fail("SIOCSIFMTU");
    }
    request.ifr_flags = IFF_UP;
    if (ioctl(control_socket, SIOCSIFFLAGS, &request))
        fail("SIOCSIFFLAGS");
    close(control_socket);
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(name)};
    out = socket(AF_PACKET, SOCK_RAW, 0);
    if (out < 0 || bind(out, (struct sockaddr *)&to, sizeof to))
        fail("AF_PACKET");
}

static unsigned char *slots_for(unsigned packet) {
    return memory + packet % (SLOTS * SLOT_BYTES / stride) * stride;
}

static unsigned by_read(void) {
    static unsigned i;
    unsigned received = 0;
    while (entries++, read(tap, slots_for(i), stride) > 0)
        received++, i++;
    return received;
}

static unsigned by_rounds(unsigned burst) {
    static unsigned i;
    struct io_uring_cqe *cqe;
    unsigned head, received = 0, seen = 0;
    for (unsigned k = 0; k < burst; k++) {
        struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
        io_uring_prep_read(sqe, 0, slots_for(i++), stride, 0);
        sqe->flags |= IOSQE_FIXED_FILE;
        sqe->rw_flags = RWF_NOWAIT;
    }
    entries++;
    if (io_uring_submit_and_get_events(&ring) < 0)
        fail("submit");
    io_uring_for_each_cqe(&ring, head, cqe) {
        seen++;
        received += cqe->res > 0;
    }
    io_uring_cq_advance(&ring, seen);
    return received;
}

// Fills the hand.
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

static unsigned by_map(void) {
    unsigned all = 0, received;
    while ((received = receive())) {
        for (unsigned i = 0; i < received; i++) {
            uint64_t receiver;
            memcpy(&receiver, memory + (size_t)hand[i].slot * SLOT_BYTES + HEADROOM, sizeof receiver);
            frames[receiver & 1 ? 1 + (receiver << 16 == -1ull << 16) : 0]++;
            frame_bytes += hand[i].length;
        }
        for (unsigned i = 0; i < received; i++)
            stack[available++] = hand[i].slot;
        all += received;
        if (received < MOST)
            break;
    }
    return all;
}

static void open_way(const char *way) {
    memory = mmap(NULL, (size_t)SLOTS * SLOT_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    if (!strcmp(way, "drop"))
        attach_drop();
    if (!strcmp(way, "mapped"))
        attach_mapped();
    struct io_uring_params params = {.flags = IORING_SETUP_SINGLE_ISSUER | 1u << 13 /* IORING_SETUP_DEFER_TASKRUN */};
    if (!strcmp(way, "rounds") && ((errno = -io_uring_queue_init_params(SLOTS, &ring, &params)) || (errno = -io_uring_register_files(&ring, &tap, 1))))
        fail("ring");
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: stack INTERFACE SECONDS BURST FRAME_BYTES drop|read|rounds|mapped\n");
        return 2;
    }
    double duration = atof(argv[2]);
    unsigned burst = atoi(argv[3]), bytes = atoi(argv[4]);
    char way = argv[5][0] == 'r' ? argv[5][1] : argv[5][0];
    open_tap(argv[1], bytes);
    open_way(argv[5]);
    memset(frame, 0xff, 6);
    frame[6] = 2, frame[12] = 0x88, frame[13] = 0xb5;
    puts("ready");
    fflush(stdout);
    double start = seconds(), cpu = cpu_seconds();
    do {
        for (unsigned k = 0; k < burst; k++)
            errors += send(out, frame, bytes, 0) < 0;
        packets += way == 'd' ? burst : way == 'e' ? by_read() : way == 'o' ? by_rounds(burst) : by_map();
    } while (seconds() - start < duration);
    printf("%lu %.6f %.6f %lu %lu\n", packets, seconds() - start, cpu_seconds() - cpu, entries, errors);
    return 0;
}
