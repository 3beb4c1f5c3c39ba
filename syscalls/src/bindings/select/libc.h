/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of libc that are called, in the form they are called in, and what only libc's headers say.
 *
 * Variadic functions are declared in their fixed form: on Linux, integers after the dots travel like any others. Functions
 * without a wrapper in libc carry __attribute__((syscall)): they go through syscall(2) by their number.
 */
#include <stddef.h>

typedef long ssize_t;
typedef long off_t;
typedef unsigned int socklen_t;

struct pollfd;
struct timespec;
struct sockaddr;
struct io_uring_params;

int open(const char *path, int flags, unsigned int mode);
int close(int fd);
ssize_t read(int fd, void *buf, size_t count);
ssize_t write(int fd, const void *buf, size_t count);
int ioctl(int fd, unsigned long request, unsigned long argument);
void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
int munmap(void *addr, size_t length);
int eventfd(unsigned int initval, int flags);
int ppoll(struct pollfd *fds, unsigned long nfds, const struct timespec *timeout, const void *sigmask);
int socket(int domain, int type, int protocol);
int bind(int fd, const struct sockaddr *addr, socklen_t length);
int connect(int fd, const struct sockaddr *addr, socklen_t length);
int setsockopt(int fd, int level, int option, const void *value, socklen_t length);
ssize_t send(int fd, const void *buf, size_t length, int flags);
ssize_t recv(int fd, void *buf, size_t length, int flags);
long syscall(long number, long a, long b, long c, long d, long e);

__attribute__((syscall)) int io_uring_setup(unsigned int entries, struct io_uring_params *params);
__attribute__((syscall)) int io_uring_enter(int fd, unsigned int to_submit, unsigned int min_complete,
                                            unsigned int flags, const void *sigmask);
__attribute__((syscall)) int io_uring_register(int fd, unsigned int opcode, void *argument, unsigned int count);

/* <bits/socket.h>; UAPI headers leave the socket levels to libc. */
#define SOL_NETLINK 270
