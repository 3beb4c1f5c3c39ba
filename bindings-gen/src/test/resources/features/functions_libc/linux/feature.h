/* SPDX-License-Identifier: Apache-2.0 */
/* Prototypes as libc's headers have them: transparent unions, attributes of all kinds, its own names of types, feature macros. */
#define __THROW __attribute__((__nothrow__, __leaf__))
#define __nonnull(params) __attribute__((__nonnull__ params))
#define __attr_access(x) __attribute__((__access__ x))
#define __wur __attribute__((__warn_unused_result__))
typedef unsigned long size_t;
typedef long ssize_t;
typedef long __off_t;
typedef unsigned int mode_t;
typedef unsigned int socklen_t;
typedef unsigned long nfds_t;
#include <bits/feature.h>
typedef const char *message_t;

extern int accept(int __fd, __SOCKADDR_ARG __addr, socklen_t *__restrict __addr_len);
extern int bind(int __fd, __CONST_SOCKADDR_ARG __addr, socklen_t __len) __THROW;
extern void *mmap(void *__addr, size_t __len, __off_t __offset) __THROW;
extern int open(const char *__file, int __oflag, ...) __nonnull((1));
extern ssize_t recv(int __fd, void *__buf, size_t __n, int __flags) __attr_access((__write_only__, 2, 3)) __wur;
extern int pipe(int __pipedes[2]) __THROW __wur;
extern int execv(const char *__path, char *const __argv[]) __THROW __nonnull((1, 2));
extern int getline(char **__restrict __lineptr, const char **__end);
extern int complain(message_t __message);
#ifdef _GNU_SOURCE
extern int accept4(int __fd, __SOCKADDR_ARG __addr, socklen_t *__restrict __addr_len, int __flags);
#endif
