// SPDX-License-Identifier: Apache-2.0
// The cost of receiving, in a loop on one processor: sends a burst of packets through AF_PACKET to a TAP device, and
// receives them from it; with "echo", swaps their MAC addresses in place and writes them back, and an XDP program in the
// driver drops them.
//
//   stack INTERFACE BURST FRAME_BYTES  read | rounds | mapped  [echo]
//
// "read" is a read(2) per packet until EAGAIN; "rounds" submits a burst of nonblocking reads to io_uring by one system
// call; "mapped" is in slots.h, for frames of one slot. The others take frames up to 65535 bytes, into adjacent slots.
//
// Each line of input is a number of seconds. For each, it measures two slices of that length, in alternating order: one
// that sends and receives, and one in which a filter of the device drops everything, whose cost is that of sending.
// Prints for each line packets and CPU seconds of both slices, and kernel entries and errors of the first.
#define _GNU_SOURCE
#include "slots.h"
#include <fcntl.h>
#include <liburing.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { HEADER = sizeof(struct virtio_net_hdr), WARM_UPS = 16, WRITTEN = 1, NO_FILTER = -1 };

static unsigned char frame[1 << 16];
static int tap, out, echoes;
static char way;
static unsigned burst, bytes;
static size_t stride = SLOT_BYTES; // from packet to packet
static struct io_uring ring;
static unsigned long entries, errors, frames[3], frame_bytes; // frames: unicast, multicast, broadcast

static void set_filter(int program) {
    if (ioctl(tap, TUNSETFILTEREBPF, &program))
        fail("TUNSETFILTEREBPF");
}

static void open_tap(const char *name) {
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
    if (echoes)
        drop_written(to.sll_ifindex);
}

static unsigned char *slots_for(unsigned packet) {
    return memory + packet % (SLOTS * SLOT_BYTES / stride) * stride;
}

// Swaps the MAC addresses.
static void swap(unsigned char *ethernet) {
    unsigned char receiver[6];
    memcpy(receiver, ethernet, 6);
    memcpy(ethernet, ethernet + 6, 6);
    memcpy(ethernet + 6, receiver, 6);
}

static void answer(unsigned char *at, size_t length) {
    swap(at + HEADER);
    entries++;
    errors += write(tap, at, length) < 0;
}

static unsigned by_read(void) {
    static unsigned i;
    unsigned received = 0;
    ssize_t length;
    while (entries++, (length = read(tap, slots_for(i), stride)) > 0) {
        if (echoes)
            answer(slots_for(i), length);
        received++, i++;
    }
    return received;
}

// Replies are submitted with the reads of the next round, by one system call.
static unsigned by_rounds(void) {
    static unsigned i;
    struct io_uring_cqe *cqe;
    unsigned head, received = 0, seen = 0;
    for (unsigned k = 0; k < burst; k++) {
        struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
        unsigned char *at = slots_for(i++);
        io_uring_prep_read(sqe, 0, at, stride, 0);
        sqe->flags |= IOSQE_FIXED_FILE;
        sqe->rw_flags = RWF_NOWAIT;
        sqe->user_data = (uintptr_t)at;
    }
    entries++;
    if (io_uring_submit_and_get_events(&ring) < 0)
        fail("submit");
    io_uring_for_each_cqe(&ring, head, cqe) {
        seen++;
        if (cqe->user_data == WRITTEN) {
            errors += cqe->res < 0;
        } else if (cqe->res > 0) {
            received++;
            if (echoes) {
                unsigned char *at = (unsigned char *)(uintptr_t)cqe->user_data;
                struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
                swap(at + HEADER);
                io_uring_prep_write_fixed(sqe, 0, at, cqe->res, 0, 0);
                sqe->flags |= IOSQE_FIXED_FILE;
                sqe->user_data = WRITTEN;
            }
        }
    }
    io_uring_cq_advance(&ring, seen);
    return received;
}

// Reads each packet's destination and counts by it, as the Java side does for its statistics.
static unsigned by_map(void) {
    unsigned all = 0, received;
    do {
        received = receive();
        for (unsigned i = 0; i < received; i++) {
            unsigned char *ethernet = memory + (size_t)hand[i].slot * SLOT_BYTES + HEADROOM;
            uint64_t receiver;
            memcpy(&receiver, ethernet, sizeof receiver);
            frames[receiver & 1 ? 1 + (receiver << 16 == -1ull << 16) : 0]++;
            frame_bytes += hand[i].length;
            if (echoes)
                answer(ethernet - HEADER, HEADER + hand[i].length);
        }
        release(received);
        all += received;
    } while (received && all < burst);
    return all;
}

static int open_way(void) {
    memory = mmap(NULL, (size_t)SLOTS * SLOT_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    if (way == 'a')
        return load_mapped();
    struct io_uring_params params = {.flags = IORING_SETUP_SINGLE_ISSUER | 1u << 13 /* IORING_SETUP_DEFER_TASKRUN */};
    struct iovec all = {memory, (size_t)SLOTS * SLOT_BYTES};
    if (way == 'o' && ((errno = -io_uring_queue_init_params(SLOTS, &ring, &params)) || (errno = -io_uring_register_files(&ring, &tap, 1))))
        fail("ring");
    if (way == 'o' && echoes && (errno = -io_uring_register_buffers(&ring, &all, 1)))
        fail("buffers");
    return NO_FILTER;
}

static unsigned pass(int receives) {
    for (unsigned k = 0; k < burst; k++)
        errors += send(out, frame, bytes, 0) < 0;
    return !receives ? burst : way == 'e' ? by_read() : way == 'o' ? by_rounds() : by_map();
}

struct slice {
    unsigned long packets, entries, errors;
    double cpu;
};

static struct slice measure(int program, int receives, double duration) {
    struct slice slice = {};
    set_filter(program);
    for (unsigned i = 0; i < WARM_UPS; i++)
        pass(receives);
    entries = errors = 0;
    double start = seconds(), cpu = cpu_seconds();
    do
        slice.packets += pass(receives);
    while (seconds() - start < duration);
    slice.cpu = cpu_seconds() - cpu;
    slice.entries = entries;
    slice.errors = errors;
    return slice;
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: stack INTERFACE BURST FRAME_BYTES read|rounds|mapped [echo]\n");
        return 2;
    }
    burst = atoi(argv[2]), bytes = atoi(argv[3]), way = argv[4][1], echoes = argc > 5;
    open_tap(argv[1]);
    int dropping = load_verdict(BPF_PROG_TYPE_SOCKET_FILTER, 0), receiving = open_way();
    memset(frame, 0xff, 6);
    frame[6] = 2, frame[12] = 0x88, frame[13] = 0xb5;
    puts("ready");
    fflush(stdout);
    double duration;
    for (int line = 0; scanf("%lf", &duration) == 1; line++) {
        struct slice sender;
        if (line % 2)
            sender = measure(dropping, 0, duration);
        struct slice slice = measure(receiving, 1, duration);
        if (line % 2 == 0)
            sender = measure(dropping, 0, duration);
        printf("%lu %.9f %lu %.9f %lu %lu\n", slice.packets, slice.cpu, sender.packets, sender.cpu, slice.entries, slice.errors);
        fflush(stdout);
    }
    return 0;
}
