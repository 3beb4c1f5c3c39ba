// SPDX-License-Identifier: Apache-2.0
// A TCP echo server on 127.0.0.1, with one ring of liburing: multishot accept and receive, a buffer ring, direct
// descriptors.
//
//   echoserver PORT
//
// It expects a client to send one message and await its echo: sends of one connection are not ordered. Linux 6.1 or
// newer.
#define _GNU_SOURCE
#include "tap.h"
#include <arpa/inet.h>
#include <liburing.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { CONNECTIONS = 1024, SIZE = 4096, GROUP = 1 };

#define ACCEPT (1ull << 40)
#define RECEIVE (2ull << 40)
#define SEND (3ull << 40)
#define CLOSE (4ull << 40)
#define KIND (7ull << 40)

static struct io_uring ring;
static struct io_uring_buf_ring *buffers;
static char *memory;
static int listener;

static struct io_uring_sqe *claim(void) {
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring);
    if (!entry) {
        io_uring_submit(&ring);
        entry = io_uring_get_sqe(&ring);
    }
    return entry;
}

static void accept_all(void) {
    struct io_uring_sqe *entry = claim();
    io_uring_prep_multishot_accept_direct(entry, listener, NULL, NULL, 0);
    entry->user_data = ACCEPT;
}

static void receive(int slot) {
    struct io_uring_sqe *entry = claim();
    io_uring_prep_recv(entry, slot, NULL, 0, 0);
    entry->ioprio |= IORING_RECV_MULTISHOT;
    entry->flags |= IOSQE_BUFFER_SELECT | IOSQE_FIXED_FILE;
    entry->buf_group = GROUP;
    entry->user_data = RECEIVE | slot;
}

static void received(const struct io_uring_cqe *done, int slot) {
    struct io_uring_sqe *entry;
    if (done->res == -ENOBUFS) {
        receive(slot);
        return;
    }
    entry = claim();
    if (done->res <= 0) {
        io_uring_prep_close_direct(entry, slot);
        entry->user_data = CLOSE;
        return;
    }
    int buffer = done->flags >> IORING_CQE_BUFFER_SHIFT;
    io_uring_prep_send(entry, slot, memory + (size_t)buffer * SIZE, done->res, 0);
    entry->flags |= IOSQE_FIXED_FILE;
    entry->user_data = SEND | (uint64_t)buffer << 16 | slot;
    if (!(done->flags & IORING_CQE_F_MORE))
        receive(slot);
}

static void offer(int buffer, int at) {
    io_uring_buf_ring_add(buffers, memory + (size_t)buffer * SIZE, SIZE, buffer, CONNECTIONS - 1, at);
}

// liburing before 2.4 has no io_uring_setup_buf_ring().
static void set_up_buffers(void) {
    size_t bytes = CONNECTIONS * sizeof(struct io_uring_buf);
    struct io_uring_buf_reg registration = {.ring_entries = CONNECTIONS, .bgid = GROUP};

    memory = mmap(NULL, (size_t)CONNECTIONS * SIZE, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    buffers = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    registration.ring_addr = (uintptr_t)buffers;
    if ((errno = -io_uring_register_buf_ring(&ring, &registration, 0)))
        fail("io_uring_register_buf_ring");
    io_uring_buf_ring_init(buffers);
    for (int i = 0; i < CONNECTIONS; i++)
        offer(i, i);
    io_uring_buf_ring_advance(buffers, CONNECTIONS);
}

static void set_up(int port) {
    struct io_uring_params params = {
        .flags = IORING_SETUP_CQSIZE | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN
               | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
        .cq_entries = 8192};
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;

    if ((errno = -io_uring_queue_init_params(2048, &ring, &params)))
        fail("io_uring_setup");
    if ((errno = -io_uring_register_files_sparse(&ring, CONNECTIONS)))
        fail("io_uring_register_files_sparse");
    io_uring_register_ring_fd(&ring);
    set_up_buffers();
    listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, CONNECTIONS))
        fail("listen");
    accept_all();
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: echoserver PORT\n");
        return 2;
    }
    set_up(atoi(argv[1]));
    puts("listens");
    fflush(stdout);
    for (;;) {
        struct io_uring_cqe *done;
        unsigned head, count = 0, offered = 0;

        io_uring_submit_and_wait(&ring, 1);
        io_uring_for_each_cqe(&ring, head, done) {
            int slot = done->user_data & 0xffff;
            count++;
            switch (done->user_data & KIND) {
            case ACCEPT:
                if (done->res >= 0)
                    receive(done->res);
                if (!(done->flags & IORING_CQE_F_MORE))
                    accept_all();
                break;
            case RECEIVE:
                received(done, slot);
                break;
            case SEND:
                offer(done->user_data >> 16 & 0xffff, offered++);
                break;
            }
        }
        io_uring_buf_ring_advance(buffers, offered);
        io_uring_cq_advance(&ring, count);
    }
}
