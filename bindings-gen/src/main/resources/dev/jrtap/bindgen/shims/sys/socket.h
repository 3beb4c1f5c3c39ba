/* SPDX-License-Identifier: Apache-2.0 */
/* The one type of libc that UAPI headers embed: kernel and libc headers cannot be parsed together. */
#ifndef JRTAP_SYS_SOCKET_H
#define JRTAP_SYS_SOCKET_H
struct sockaddr {
    unsigned short sa_family;
    char sa_data[14];
};
#endif
