/* SPDX-License-Identifier: Apache-2.0 */
/* By default addresses are numbers, which every path passes without an object. */
typedef unsigned long size_t;
extern long read(int fd, void *buf, size_t count);
long syscall(long number, long a, long b, long c, long d, long e);
__attribute__((syscall)) int getrandom(void *buf, size_t count, unsigned int flags);
#define __NR_getrandom 318
