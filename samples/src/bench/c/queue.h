// SPDX-License-Identifier: Apache-2.0
// Opens a queue of a TAP device, and turns frames into the replies of a host at its other end.
#pragma once
#include "tap.h"
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SLOT_BYTES = 2176, HEADER = sizeof(struct virtio_net_hdr) };

static int tap;

// Opens a queue of a new device in this network namespace; offloads are bits TUN_F_*.
static int open_queue(const char *name, unsigned offloads) {
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_MULTI_QUEUE | IFF_NO_PI | IFF_VNET_HDR | IFF_NAPI};
    int header = HEADER, queue = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (queue < 0 || ioctl(queue, TUNSETIFF, &request) || ioctl(queue, TUNSETVNETHDRSZ, &header) || ioctl(queue, TUNSETOFFLOAD, offloads))
        fail("tun");
    return queue;
}

static void bring_up(const char *name, int mtu) {
    struct ifreq request = {.ifr_mtu = mtu};
    int control = socket(AF_INET, SOCK_DGRAM, 0);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(control, SIOCSIFMTU, &request))
        fail("SIOCSIFMTU");
    if (ioctl(control, SIOCGIFFLAGS, &request))
        fail("SIOCGIFFLAGS");
    request.ifr_flags |= IFF_UP;
    if (ioctl(control, SIOCSIFFLAGS, &request))
        fail("SIOCSIFFLAGS");
    close(control);
}

static void open_tap(const char *name) {
    tap = open_queue(name, 0);
    bring_up(name, 1500);
}

static void swap(unsigned char *a, unsigned char *b, int bytes) {
    while (bytes--) {
        unsigned char kept = a[bytes];
        a[bytes] = b[bytes];
        b[bytes] = kept;
    }
}

static void answer(unsigned char *frame, int bytes) {
    static const unsigned char self[] = {2, 0, 0, 0, 0, 7};
    if (bytes >= 42 && frame[12] == 8 && frame[13] == 6) {
        memcpy(frame, frame + 6, 6);
        memcpy(frame + 6, self, 6);
        swap(frame + 22, frame + 32, 10);
        memcpy(frame + 22, self, 6);
        frame[21] = 2;
        return;
    }
    swap(frame, frame + 6, 6);
    if (bytes >= 42 && frame[12] == 8 && frame[13] == 0 && frame[23] == 1 && frame[34] == 8) {
        swap(frame + 26, frame + 30, 4);
        unsigned sum = (frame[36] << 8 | frame[37]) + 0x800;
        sum = (sum & 0xffff) + (sum >> 16);
        frame[34] = 0;
        frame[36] = sum >> 8;
        frame[37] = sum;
    }
}
