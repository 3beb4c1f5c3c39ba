/* SPDX-License-Identifier: Apache-2.0 */
/* Prototypes: interfaces by the number of arguments, variadic ones with fixed parameters. */
typedef unsigned long size_t;
typedef long ssize_t;
typedef long off_t;
extern ssize_t read(int __fd, void *__buf, size_t __nbytes);
extern int ioctl(int __fd, unsigned long int __request, ...);
extern void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset);
extern int unlink(const char *path) __attribute__((__nothrow__));
extern double scale(double x);
