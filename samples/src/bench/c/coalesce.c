// SPDX-License-Identifier: Apache-2.0
// Sends datagrams of one flow, in frames of 64 bytes, through a TAP device to a socket of this machine: merged into
// super-packets, or each by itself. The twin of Coalescing: it fills a burst of frames, and merges those of which it has
// seen that the kernel will make them again of the super-packet.
//
//   coalesce INTERFACE  write | ring
//
// write makes a system call for each packet. ring makes one for all of a burst. Super-packets are gathered by iovec.
//
// Each line of its input is a length in seconds, for a slice of super-packets and one of datagrams by themselves. The
// two change places from line to line. Prints for each line datagrams and CPU seconds of both slices, and kernel
// entries and errors of both together.
#define _GNU_SOURCE
#include "queue.h"
#include <arpa/inet.h>
#include <liburing.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { BURST = 64, SLOTS = 1024, BYTES = 64, HEADROOM = 64, WARM_UPS = 16 };
enum { IP = ETH_HLEN, UDP = IP + sizeof(struct iphdr), PAYLOAD = UDP + sizeof(struct udphdr) };
enum { MOST_DATAGRAMS = 64, MOST_BYTES = 65535, USO = 5 /* VIRTIO_NET_HDR_GSO_UDP_L4, Linux 6.2 */ };
#define TUNED (IORING_SETUP_SINGLE_ISSUER | 1u << 13 /* IORING_SETUP_DEFER_TASKRUN, newer than some liburing */)

// A frame with its vnet header: at the end of the headroom of a slot.
struct frame {
    struct virtio_net_hdr vnet;
    unsigned char ethernet[ETH_HLEN];
    struct iphdr ip;
    struct udphdr udp;
    unsigned char payload[BYTES - PAYLOAD];
} __attribute__((packed));

static unsigned char *memory;
static struct io_uring ring;
static int through_ring;
static struct frame template;
static unsigned identification;
static struct iovec pieces[BURST];
static unsigned long entries, errors;

static struct frame *frame(unsigned i) { return (struct frame *)(memory + i * SLOT_BYTES + HEADROOM - HEADER); }

// The sum of RFC 1071, in the order of the bytes in memory.
static uint32_t sum(const void *at, int bytes, uint32_t sum) {
    const uint16_t *words = at;
    for (; bytes > 0; bytes -= 2)
        sum += *words++;
    return sum;
}

static uint16_t fold(uint32_t sum) {
    sum = (sum & 0xffff) + (sum >> 16);
    return sum + (sum >> 16);
}

static uint16_t pseudo_header_sum(const struct frame *f, unsigned length) {
    return fold(sum(&f->ip.saddr, 8, htons(IPPROTO_UDP) + htons(length)));
}

static void fill_template(void) {
    struct ifreq request = {};
    if (ioctl(tap, SIOCGIFHWADDR, &request))
        fail("SIOCGIFHWADDR");
    static const unsigned char source[] = {2, 0, 0, 0, 0, 9, ETH_P_IP >> 8, ETH_P_IP & 255};
    memcpy(template.ethernet, request.ifr_hwaddr.sa_data, 6);
    memcpy(template.ethernet + 6, source, sizeof source);
    template.ip = (struct iphdr){.version = 4, .ihl = 5, .tot_len = htons(BYTES - IP), .frag_off = htons(0x4000), .ttl = 64, .protocol = IPPROTO_UDP};
    template.ip.saddr = htonl(0xc6120002);
    template.ip.daddr = htonl(0xc6120001);
    template.ip.check = ~fold(sum(&template.ip, sizeof template.ip, 0));
    template.udp = (struct udphdr){.source = htons(1024), .dest = htons(9), .len = htons(BYTES - UDP)};
    template.udp.check = pseudo_header_sum(&template, BYTES - UDP);
    template.vnet = (struct virtio_net_hdr){.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = UDP, .csum_offset = offsetof(struct udphdr, check)};
}

static void fill(struct frame *f) {
    memcpy(f, &template, sizeof *f);
    f->ip.id = htons(identification++);
    f->ip.check = ~fold((uint16_t)~f->ip.check + f->ip.id);
}

// Returns whether a frame can be part of a super-packet: nothing would get lost of it.
static int is_mergeable(const struct frame *f, unsigned bytes) {
    return f->ethernet[12] == ETH_P_IP >> 8 && f->ethernet[13] == (ETH_P_IP & 255) && bytes > PAYLOAD &&
           f->ip.version == 4 && f->ip.ihl == 5 && f->ip.protocol == IPPROTO_UDP && !(f->ip.frag_off & htons(0x3fff)) &&
           f->ip.tot_len == htons(bytes - IP) && f->udp.len == htons(bytes - UDP) && f->udp.check &&
           fold(sum(&f->ip, sizeof f->ip, 0)) == 0xffff && f->vnet.gso_type == VIRTIO_NET_HDR_GSO_NONE &&
           f->vnet.flags & (VIRTIO_NET_HDR_F_NEEDS_CSUM | VIRTIO_NET_HDR_F_DATA_VALID);
}

// Returns whether a frame is of the flow of the first one, and the next of it.
static int continues(const struct frame *first, const struct frame *next, unsigned count) {
    return !memcmp(first->ethernet, next->ethernet, sizeof first->ethernet) && first->ip.tos == next->ip.tos &&
           ntohs(next->ip.id) == (uint16_t)(ntohs(first->ip.id) + count) && first->ip.frag_off == next->ip.frag_off &&
           first->ip.ttl == next->ip.ttl && first->ip.saddr == next->ip.saddr && first->ip.daddr == next->ip.daddr &&
           first->udp.source == next->udp.source && first->udp.dest == next->udp.dest;
}

// Makes the first frame that of a super-packet.
static void finish(struct frame *f, unsigned payload, unsigned size) {
    unsigned length = sizeof f->udp + payload;
    f->ip.tot_len = htons(sizeof f->ip + length);
    f->ip.check = 0;
    f->ip.check = ~fold(sum(&f->ip, sizeof f->ip, 0));
    f->udp.len = htons(length);
    f->udp.check = pseudo_header_sum(f, length);
    f->vnet = (struct virtio_net_hdr){
        .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = USO, .hdr_len = PAYLOAD, .gso_size = size, .csum_start = UDP, .csum_offset = offsetof(struct udphdr, check)};
}

static void write_pieces(struct iovec *first, unsigned count, unsigned bytes) {
    if (!through_ring) {
        entries++;
        errors += writev(tap, first, count) != bytes;
        return;
    }
    struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
    if (count == 1)
        io_uring_prep_write_fixed(sqe, 0, first->iov_base, bytes, 0, 0);
    else
        io_uring_prep_writev(sqe, 0, first, count, 0);
    sqe->flags |= IOSQE_FIXED_FILE;
    sqe->user_data = bytes;
}

static void submit(void) {
    struct io_uring_cqe *cqe;
    unsigned head, seen = 0;
    entries++;
    if (io_uring_submit(&ring) < 0)
        fail("submit");
    io_uring_for_each_cqe(&ring, head, cqe) {
        seen++;
        errors += cqe->res != (int)cqe->user_data;
    }
    io_uring_cq_advance(&ring, seen);
}

// Writes the frames of the burst, consecutive ones of a flow as one.
static void write_merged(void) {
    for (unsigned i = 0, next; i < BURST; i = next) {
        struct frame *first = frame(i);
        unsigned size = pieces[i].iov_len - HEADER - PAYLOAD, payload = size, last = size;
        int merges = is_mergeable(first, size + PAYLOAD);
        for (next = i + 1; merges && next < BURST && next - i < MOST_DATAGRAMS && last == size; next++) {
            unsigned bytes = pieces[next].iov_len - HEADER;
            last = bytes - PAYLOAD;
            if (!is_mergeable(frame(next), bytes) || last > size || PAYLOAD + payload + last > MOST_BYTES ||
                !continues(first, frame(next), next - i))
                break;
            payload += last;
            pieces[next] = (struct iovec){frame(next)->payload, last};
        }
        if (next - i > 1)
            finish(first, payload, size);
        write_pieces(pieces + i, next - i, HEADER + PAYLOAD + payload);
    }
}

static void send_burst(int together) {
    for (unsigned i = 0; i < BURST; i++) {
        fill(frame(i));
        pieces[i] = (struct iovec){frame(i), sizeof(struct frame)};
    }
    if (together)
        write_merged();
    else
        for (unsigned i = 0; i < BURST; i++)
            write_pieces(pieces + i, 1, sizeof(struct frame));
    if (through_ring)
        submit();
}

static void open_host(const char *interface) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc6120001), .sin_port = htons(9)};
    struct ifreq request = {};
    int receiver = socket(AF_INET, SOCK_DGRAM, 0);
    tap = open_queue(interface, TUN_F_CSUM | 0x60 /* TUN_F_USO4, TUN_F_USO6: Linux 6.2 */);
    bring_up(interface, 1500);
    strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
    memcpy(&request.ifr_addr, &address, sizeof address);
    if (ioctl(receiver, SIOCSIFADDR, &request))
        fail("SIOCSIFADDR");
    if (bind(receiver, (struct sockaddr *)&address, sizeof address))
        fail("bind");
}

static void open_ring(void) {
    struct io_uring_params params = {.flags = TUNED};
    struct iovec all = {memory, (size_t)SLOTS * SLOT_BYTES};
    if ((errno = -io_uring_queue_init_params(BURST, &ring, &params)) || (errno = -io_uring_register_files(&ring, &tap, 1)) ||
        (errno = -io_uring_register_buffers(&ring, &all, 1)))
        fail("ring");
    io_uring_register_ring_fd(&ring);
}

// Prints datagrams and CPU seconds.
static void measure(int together, double duration, char *result) {
    unsigned long datagrams = 0;
    for (unsigned i = 0; i < WARM_UPS; i++)
        send_burst(together);
    double start = seconds(), cpu = cpu_seconds();
    do {
        for (unsigned i = 0; i < WARM_UPS; i++, datagrams += BURST)
            send_burst(together);
    } while (seconds() - start < duration);
    sprintf(result, "%lu %.9f", datagrams, cpu_seconds() - cpu);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: coalesce INTERFACE write|ring\n");
        return 2;
    }
    open_host(argv[1]);
    fill_template();
    memory = mmap(NULL, (size_t)SLOTS * SLOT_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    through_ring = !strcmp(argv[2], "ring");
    if (through_ring)
        open_ring();
    puts("ready");
    fflush(stdout);
    double duration;
    for (int line = 0; scanf("%lf", &duration) == 1; line++) {
        char results[2][64];
        entries = errors = 0;
        for (int i = 0; i < 2; i++) {
            int together = (line + i) % 2 == 0;
            measure(together, duration, results[!together]);
        }
        printf("%s %s %lu %lu\n", results[0], results[1], entries, errors);
        fflush(stdout);
    }
    return 0;
}
