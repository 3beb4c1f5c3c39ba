/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of libc that UAPI headers use: kernel and libc headers cannot be parsed together. */
#ifndef JRTAP_SYS_SOCKET_H
#define JRTAP_SYS_SOCKET_H
#include <sys/types.h>
#include <asm/socket.h>
#define SOL_ATM 264
typedef unsigned short sa_family_t;
struct sockaddr {
    sa_family_t sa_family;
    char sa_data[14];
};
#endif
