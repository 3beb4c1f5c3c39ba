// SPDX-License-Identifier: Apache-2.0
// A wire between two TAP devices, each in a network namespace of its own: the twin of the samples' Forwarder. One
// thread drives both ways. A packet is written from the slot that it was read into, with its vnet header, so that work
// which the sending kernel has left undone is left to the other one.
//
//   forward NAMESPACE NAMESPACE MTU  all | none  read | rounds
//
// A namespace is a file, as /proc/PID/ns/net; the devices are left0 and right0, with all offloads or none. read makes
// two system calls for each packet, in one warm slot. rounds enters one ring for all reads and writes of a turn; the
// number of reads follows what the last turn has found. Both poll while neither device has a packet.
//
// Ends by SIGTERM, and prints packets, kernel entries and errors.
#define _GNU_SOURCE
#include "queue.h"
#include <liburing.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>

enum { MOST = 64, SLOTS = 4 * MOST, HEADROOM = 64, ETHERNET = 18, LONGEST = ETHERNET + 65535 };
enum { OFFLOADS = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN | 0x60 /* TUN_F_USO4, TUN_F_USO6: Linux 6.2 */ };
#define TUNED (IORING_SETUP_SINGLE_ISSUER | 1u << 13 /* IORING_SETUP_DEFER_TASKRUN, newer than some liburing */)
#define WRITTEN (1u << 31)

static int devices[2];
static unsigned char *memory;
static size_t stride, room;
static struct io_uring ring;
static unsigned posted[2], found[2], released[SLOTS], available;
static unsigned long packets, entries, errors;
static volatile sig_atomic_t ended;

static unsigned char *slot(unsigned i) { return memory + i * stride + HEADROOM - HEADER; }

static unsigned by_read(void) {
    unsigned received = 0;
    for (int from = 0; from < 2; from++)
        for (unsigned i = 0; i < MOST; i++, received++) {
            ssize_t bytes = read(devices[from], slot(0), room);
            entries++;
            if (bytes <= 0) {
                errors += errno != EAGAIN;
                break;
            }
            entries++;
            errors += write(devices[!from], slot(0), bytes) != bytes;
        }
    return received;
}

// As many reads as have found something the last time; twice as many if all have.
static void post_reads(int from) {
    unsigned reads = found[from] == posted[from] ? 2 * posted[from] : found[from];
    posted[from] = reads < 1 ? 1 : reads > MOST ? MOST : reads;
    found[from] = 0;
    for (unsigned i = 0; i < posted[from]; i++) {
        unsigned at = released[--available];
        struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
        io_uring_prep_read(sqe, from, slot(at), room, 0);
        sqe->flags |= IOSQE_FIXED_FILE;
        sqe->rw_flags = RWF_NOWAIT;
        sqe->user_data = from << 16 | at;
    }
}

static void post_write(int to, unsigned at, unsigned bytes) {
    struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
    io_uring_prep_write(sqe, to, slot(at), bytes, 0);
    sqe->flags |= IOSQE_FIXED_FILE;
    sqe->user_data = WRITTEN | at;
}

// Writes wait in the queue for the next turn's reads: one entry for both.
static unsigned by_rounds(void) {
    struct io_uring_cqe *cqe;
    unsigned head, seen = 0, received = 0;
    post_reads(0);
    post_reads(1);
    entries++;
    if (io_uring_submit_and_get_events(&ring) < 0)
        fail("submit");
    io_uring_for_each_cqe(&ring, head, cqe) {
        unsigned at = cqe->user_data & 0xffff, from = cqe->user_data >> 16 & 1;
        seen++;
        if (!(cqe->user_data & WRITTEN) && cqe->res > 0) {
            found[from]++;
            received++;
            post_write(!from, at, cqe->res);
            continue;
        }
        errors += cqe->res <= 0 && cqe->res != -EAGAIN;
        released[available++] = at;
    }
    io_uring_cq_advance(&ring, seen);
    return received;
}

static void open_ring(void) {
    struct io_uring_params params = {.flags = TUNED};
    if ((errno = -io_uring_queue_init_params(SLOTS, &ring, &params)) || (errno = -io_uring_register_files(&ring, devices, 2)))
        fail("ring");
    io_uring_register_ring_fd(&ring);
    while (available < SLOTS) {
        released[available] = available;
        available++;
    }
}

static void open_device(int side, const char *namespace, int mtu, unsigned offloads) {
    const char *name = side ? "right0" : "left0";
    int to = open(namespace, O_RDONLY | O_CLOEXEC);
    if (to < 0 || setns(to, CLONE_NEWNET))
        fail(namespace);
    close(to);
    devices[side] = open_queue(name, offloads);
    bring_up(name, mtu);
}

static void end(int signal) { ended = signal; }

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: forward NAMESPACE NAMESPACE MTU all|none read|rounds\n");
        return 2;
    }
    int mtu = atoi(argv[3]), offloads = !strcmp(argv[4], "all"), rounds = !strcmp(argv[5], "rounds");
    for (int side = 0; side < 2; side++)
        open_device(side, argv[1 + side], mtu, offloads ? OFFLOADS : 0);
    room = HEADER + (offloads ? LONGEST : ETHERNET + mtu);
    stride = (HEADROOM + room + 63) / 64 * 64;
    memory = mmap(NULL, SLOTS * stride, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    if (rounds)
        open_ring();
    signal(SIGTERM, end);
    puts("ready");
    fflush(stdout);
    struct pollfd polled[] = {{.fd = devices[0], .events = POLLIN}, {.fd = devices[1], .events = POLLIN}};
    while (!ended) {
        unsigned received = rounds ? by_rounds() : by_read();
        packets += received;
        if (!received) {
            entries++;
            poll(polled, 2, 1000);
        }
    }
    printf("%lu packets, %lu entries, %lu errors\n", packets, entries, errors);
    return 0;
}
