/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JRTAP_SYS_TYPES_H
#define JRTAP_SYS_TYPES_H
#include <stddef.h>
#include <stdint.h>
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned int mode_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef int pid_t;
typedef int key_t;
typedef int clockid_t;
typedef long ssize_t;
typedef long off_t;
typedef long loff_t;
typedef long time_t;
typedef long suseconds_t;
typedef long clock_t;
typedef unsigned long dev_t;
typedef unsigned long ino_t;
typedef char *caddr_t;
#endif
