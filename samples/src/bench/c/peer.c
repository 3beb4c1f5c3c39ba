// SPDX-License-Identifier: Apache-2.0
// Loops over a TAP queue to measure this library against: with a system call per packet, as a first version is written,
// and with liburing, as fast as we could make them without more machinery.
//
//   peer tx   INTERFACE SECONDS BURST FRAME_BYTES  write | plain | fixed
//   peer rx   INTERFACE SECONDS BURST FRAME_BYTES  read | oneshot | multishot
//   peer echo INTERFACE SECONDS BURST FRAME_BYTES  read | oneshot | multishot
//
// rx and echo measure from the first packet on. echo answers ARP and ICMP echo requests, and swaps the MAC addresses of
// other frames. FRAME_BYTES, which only tx uses, includes the Ethernet header and excludes the FCS.
// Prints packets, seconds, CPU seconds, kernel entries and errors.
#define _GNU_SOURCE
#include "queue.h"
#include <liburing.h>
#include <stdint.h>
#include <sys/mman.h>

enum { SLOTS = 1024, GROUP = 0, READ_MULTISHOT = 49, ONE_SHOTS = 8 };
#define TUNED (IORING_SETUP_SINGLE_ISSUER | 1u << 13 /* IORING_SETUP_DEFER_TASKRUN, newer than some liburing */)
#define ARMED (~0ull)
#define SENT (1ull << 32)

static unsigned char *memory;
static struct io_uring ring;
static struct io_uring_buf_ring *buffers;
static unsigned long packets, entries, errors;
static double start, start_cpu, duration;

static unsigned char *slot(unsigned i) { return memory + (size_t)(i % SLOTS) * SLOT_BYTES; }

static void begin(void) {
    start = seconds();
    start_cpu = cpu_seconds();
    packets = entries = errors = 0;
}

// Returns whether the time is over, which it never is before begin(). Reads the clock every 64th time.
static int over(void) {
    static unsigned calls;
    return start && (++calls & 63) == 0 && seconds() - start >= duration;
}

static void open_ring(unsigned flags, int fixed_buffers) {
    struct io_uring_params params = {.flags = flags | IORING_SETUP_CQSIZE, .cq_entries = 2 * SLOTS};
    struct iovec all = {memory, (size_t)SLOTS * SLOT_BYTES};
    if ((errno = -io_uring_queue_init_params(2 * SLOTS, &ring, &params)) || (errno = -io_uring_register_files(&ring, &tap, 1)))
        fail("ring");
    if (fixed_buffers && (errno = -io_uring_register_buffers(&ring, &all, 1)))
        fail("buffers");
    io_uring_register_ring_fd(&ring);
}

static void fill(int bytes) {
    for (unsigned i = 0; i < SLOTS; i++) {
        unsigned char *frame = slot(i) + HEADER;
        memset(frame, 0, bytes);
        memset(frame, 0xff, 6);
        frame[6] = 2;
        frame[12] = 0x88;
        frame[13] = 0xb5; // EtherType 0x88b5, for local experiments: the stack drops it early
    }
}

static void send_by_write(unsigned burst, int bytes) {
    begin();
    for (unsigned i = 0; !over();)
        for (unsigned k = 0; k < burst; k++, packets++, entries++)
            errors += write(tap, slot(i++), HEADER + bytes) < 0;
}

static void send_by_ring(unsigned burst, int bytes, int fixed) {
    open_ring(fixed ? TUNED : 0, fixed);
    begin();
    for (unsigned i = 0; !over(); packets += burst, entries++) {
        struct io_uring_cqe *cqe;
        unsigned head, seen = 0;
        for (unsigned k = 0; k < burst; k++) {
            struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
            if (fixed)
                io_uring_prep_write_fixed(sqe, 0, slot(i++), HEADER + bytes, 0, 0);
            else
                io_uring_prep_write(sqe, 0, slot(i++), HEADER + bytes, 0);
            sqe->flags |= IOSQE_FIXED_FILE;
        }
        if (io_uring_submit(&ring) < 0)
            fail("submit");
        io_uring_for_each_cqe(&ring, head, cqe) {
            seen++;
            errors += cqe->res < 0;
        }
        io_uring_cq_advance(&ring, seen);
    }
}

static void receive_by_read(unsigned burst, int echo) {
    for (unsigned i = 0; !over();)
        for (unsigned k = 0; k < burst; k++) {
            unsigned char *at = slot(i++);
            int bytes = read(tap, at, SLOT_BYTES);
            entries++;
            if (bytes <= 0)
                break;
            if (!start)
                begin();
            packets++;
            if (echo) {
                answer(at + HEADER, bytes - HEADER);
                entries++;
                errors += write(tap, at, bytes) < 0;
            }
        }
}

static void arm(void) {
    struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
    io_uring_prep_rw(READ_MULTISHOT, sqe, 0, NULL, 0, 0);
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    sqe->buf_group = GROUP;
    sqe->user_data = ARMED;
}

static void give_back(unsigned i, int multishot, unsigned *given) {
    if (multishot) {
        io_uring_buf_ring_add(buffers, slot(i), SLOT_BYTES, i, SLOTS - 1, (*given)++);
        return;
    }
    struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
    io_uring_prep_read_fixed(sqe, 0, slot(i), SLOT_BYTES, 0, 0);
    sqe->flags |= IOSQE_FIXED_FILE;
    sqe->user_data = i;
}

static void open_receiver(int multishot) {
    unsigned given = 0;
    open_ring(TUNED, 1);
    if (multishot) {
        struct io_uring_buf_reg group = {.ring_entries = SLOTS, .bgid = GROUP};
        if (posix_memalign((void **)&buffers, 4096, SLOTS * sizeof(struct io_uring_buf)))
            fail("memory");
        group.ring_addr = (uintptr_t)buffers;
        if ((errno = -io_uring_register_buf_ring(&ring, &group, 0)))
            fail("buffer ring");
        io_uring_buf_ring_init(buffers);
        arm();
    }
    for (unsigned i = 0; i < (multishot ? SLOTS : ONE_SHOTS); i++)
        give_back(i, multishot, &given);
    if (multishot)
        io_uring_buf_ring_advance(buffers, given);
}

static void receive_by_ring(unsigned burst, int echo, int multishot) {
    open_receiver(multishot);
    for (; !over(); entries++) {
        struct io_uring_cqe *cqe;
        unsigned head, seen = 0, received = 0, given = 0;
        if (io_uring_submit_and_get_events(&ring) < 0)
            fail("submit");
        io_uring_for_each_cqe(&ring, head, cqe) {
            if (received == burst)
                break;
            seen++;
            if (cqe->user_data != ARMED && cqe->user_data & SENT) {
                errors += cqe->res < 0;
                give_back((unsigned)cqe->user_data, multishot, &given);
                continue;
            }
            if (multishot && !(cqe->flags & IORING_CQE_F_MORE))
                arm();
            unsigned i = multishot ? cqe->flags >> IORING_CQE_BUFFER_SHIFT : (unsigned)cqe->user_data;
            if (cqe->res <= 0) {
                errors += cqe->res != -EAGAIN && cqe->res != -ENOBUFS;
                if (!multishot)
                    give_back(i, multishot, &given);
                continue;
            }
            if (!start)
                begin();
            packets++;
            received++;
            if (!echo) {
                give_back(i, multishot, &given);
                continue;
            }
            answer(slot(i) + HEADER, cqe->res - HEADER);
            struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
            io_uring_prep_write_fixed(sqe, 0, slot(i), cqe->res, 0, 0);
            sqe->flags |= IOSQE_FIXED_FILE;
            sqe->user_data = SENT | i;
        }
        if (given && multishot)
            io_uring_buf_ring_advance(buffers, given);
        io_uring_cq_advance(&ring, seen);
    }
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: peer tx|rx|echo INTERFACE SECONDS BURST FRAME_BYTES STRATEGY\n");
        return 2;
    }
    const char *strategy = argv[6];
    unsigned burst = atoi(argv[4]);
    int bytes = atoi(argv[5]), echo = !strcmp(argv[1], "echo");
    duration = atof(argv[3]);
    memory = mmap(NULL, (size_t)SLOTS * SLOT_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    open_tap(argv[2]);
    fill(bytes);
    puts("ready");
    fflush(stdout);
    if (!strcmp(argv[1], "tx") && !strcmp(strategy, "write"))
        send_by_write(burst, bytes);
    else if (!strcmp(argv[1], "tx"))
        send_by_ring(burst, bytes, !strcmp(strategy, "fixed"));
    else if (!strcmp(strategy, "read"))
        receive_by_read(burst, echo);
    else
        receive_by_ring(burst, echo, !strcmp(strategy, "multishot"));
    printf("%lu %.6f %.6f %lu %lu\n", packets, seconds() - start, cpu_seconds() - start_cpu, entries, errors);
    return 0;
}
