/* SPDX-License-Identifier: Apache-2.0 */
/* libc's own structs of addresses, after which <linux/libc-compat.h> makes the kernel's headers leave theirs out. */
#ifndef _NETINET_IN_H
#define _NETINET_IN_H 1
#define __GLIBC__ 2
#define __USE_MISC 1
#include <sys/socket.h>
struct in_addr {
    uint32_t s_addr;
};
struct in6_addr {
    union {
        uint8_t __u6_addr8[16];
        uint16_t __u6_addr16[8];
        uint32_t __u6_addr32[4];
    } __in6_u;
};
struct sockaddr_in {
    unsigned short sin_family;
    uint16_t sin_port;
    struct in_addr sin_addr;
    unsigned char sin_zero[8];
};
struct sockaddr_in6 {
    unsigned short sin6_family;
    uint16_t sin6_port;
    uint32_t sin6_flowinfo;
    struct in6_addr sin6_addr;
    uint32_t sin6_scope_id;
};
#endif
