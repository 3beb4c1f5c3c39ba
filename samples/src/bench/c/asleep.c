// SPDX-License-Identifier: Apache-2.0
// A receiver that sleeps between packets, by poll(2) and read(2), and a sender with a fixed schedule.
//
//   asleep receive INTERFACE
//   asleep echo    INTERFACE
//   asleep send    INTERFACE WARM_PER_SECOND WARM_SECONDS PER_SECOND RAMP_SECONDS SECONDS RECEIVER_PID
//
// send transmits frames to the device at scheduled times, through AF_PACKET: WARM_SECONDS of warm-up, RAMP_SECONDS at
// the measured rate, then the measured SECONDS. Each frame carries its scheduled time. Last frames, each millisecond
// until the receiver has ended, carry the negated time at which the ramp ended. send prints the CPU time of all threads
// of the receiver since then, and the elapsed time, in seconds.
//
// receive prints the number of measured packets, and the median, 99th and 99.9th percentile and maximum of their latency
// in microseconds: from the scheduled time, not from the time of sending, until read(2) has returned, so a late sender
// counts. It records frames of the warm-up and of the ramp in the same way, so that the measured ones are nothing new to
// the code, and discards them at the end. echo answers ARP and ICMP echo requests.
#define _GNU_SOURCE
#include "queue.h"
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>

enum { FRAME = 64, STAMP = 16, LAST = 30000, EXPERIMENTAL = 0x88b5, MOST = 4000000, SPIN_NANOS = 100000 };

static int64_t *stamps, last;
static uint64_t *latencies;
static unsigned recorded;

static int64_t nanos(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t))
        fail("clock_gettime");
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void wait_until(int64_t time) {
    struct timespec t = {(time - SPIN_NANOS) / 1000000000, (time - SPIN_NANOS) % 1000000000};
    while (time - nanos(CLOCK_MONOTONIC) > SPIN_NANOS)
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
    while (nanos(CLOCK_MONOTONIC) < time)
        ;
}

static int packets;

static int send_stamped(int64_t stamp) {
    unsigned char frame[FRAME] = {255, 255, 255, 255, 255, 255, 2, [12] = EXPERIMENTAL >> 8, EXPERIMENTAL & 255};
    memcpy(frame + STAMP, &stamp, sizeof stamp);
    return send(packets, frame, sizeof frame, 0) < 0 && errno != ENOBUFS ? -1 : 0;
}

static void warm_up(long rate, long frames) {
    int64_t start = nanos(CLOCK_MONOTONIC);
    for (long i = 0; i < frames; i++) {
        int64_t time = start + i * 1000000000ll / rate;
        wait_until(time);
        if (send_stamped(time))
            fail("send");
    }
}

static void send_frames(char **argv) {
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(argv[2])};
    long rate = atol(argv[5]), ramp = rate * atof(argv[6]), all = ramp + rate * atof(argv[7]);
    pid_t process = atoi(argv[8]);
    clockid_t receiver;
    packets = socket(AF_PACKET, SOCK_RAW, 0);
    if (packets < 0 || bind(packets, (struct sockaddr *)&to, sizeof to))
        fail(argv[2]);
    if ((errno = clock_getcpuclockid(process, &receiver)))
        fail("clock_getcpuclockid");
    warm_up(atol(argv[3]), atol(argv[3]) * atof(argv[4]));
    int64_t start = nanos(CLOCK_MONOTONIC), begin = start, cpu = nanos(receiver);
    for (long i = 0; i < all; i++) {
        int64_t time = start + i * 1000000000ll / rate;
        wait_until(time);
        if (i == ramp) {
            begin = nanos(CLOCK_MONOTONIC);
            cpu = nanos(receiver);
        }
        if (send_stamped(time))
            fail("send");
    }
    wait_until(start + all * 1000000000ll / rate);
    printf("%.9f %.9f\n", (nanos(receiver) - cpu) / 1e9, (nanos(CLOCK_MONOTONIC) - begin) / 1e9);
    // A receiver that is late has a full queue, which drops them; and one that has ended has no device any more.
    for (int i = 0; i < LAST && !kill(process, 0); i++) {
        send_stamped(-(start + ramp * 1000000000ll / rate));
        wait_until(nanos(CLOCK_MONOTONIC) + 1000000);
    }
}

static int is_last(const unsigned char *frame, int bytes) {
    int64_t stamp;
    if (bytes < FRAME || (frame[12] << 8 | frame[13]) != EXPERIMENTAL)
        return 0;
    memcpy(&stamp, frame + STAMP, sizeof stamp);
    if (stamp > 0 && recorded < MOST) {
        stamps[recorded] = stamp;
        latencies[recorded++] = nanos(CLOCK_MONOTONIC) - stamp;
    }
    last = stamp;
    return stamp < 0;
}

static void receive(int echo) {
    unsigned char slot[SLOT_BYTES];
    for (;;) {
        int bytes = read(tap, slot, sizeof slot);
        if (bytes <= 0) {
            struct pollfd readable = {tap, POLLIN, 0};
            poll(&readable, 1, 100);
        } else if (echo) {
            answer(slot + HEADER, bytes - HEADER);
            if (write(tap, slot, bytes) < 0)
                fail("write");
        } else if (is_last(slot + HEADER, bytes - HEADER)) {
            return;
        }
    }
}

static void leave_out_before(int64_t begin) {
    unsigned all = recorded;
    recorded = 0;
    for (unsigned i = 0; i < all; i++)
        if (stamps[i] >= begin)
            latencies[recorded++] = latencies[i];
}

static int compare(const void *a, const void *b) {
    uint64_t x = *(uint64_t *)a, y = *(uint64_t *)b;
    return x < y ? -1 : x > y;
}

static double micros(double part) { return recorded ? latencies[(unsigned)((recorded - 1) * part)] / 1e3 : 0; }

int main(int argc, char **argv) {
    if (argc == 9 && !strcmp(argv[1], "send")) {
        send_frames(argv);
        return 0;
    }
    if (argc != 3) {
        fprintf(stderr, "usage: asleep receive|echo INTERFACE, or asleep send INTERFACE WARM_PER_SECOND WARM_SECONDS"
                        " PER_SECOND RAMP_SECONDS SECONDS RECEIVER_PID\n");
        return 2;
    }
    stamps = malloc(MOST * sizeof *stamps);
    latencies = malloc(MOST * sizeof *latencies);
    if (!stamps || !latencies)
        fail("malloc");
    // Faults every page in before the measurement.
    memset(stamps, 1, MOST * sizeof *stamps);
    memset(latencies, 1, MOST * sizeof *latencies);
    open_tap(argv[2]);
    printf("%s\n", argv[2]);
    fflush(stdout);
    receive(!strcmp(argv[1], "echo"));
    leave_out_before(-last);
    qsort(latencies, recorded, sizeof *latencies, compare);
    printf("%u %.1f %.1f %.1f %.1f\n", recorded, micros(.5), micros(.99), micros(.999), micros(1));
    return 0;
}
