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
struct epoll_event;
struct timespec;
struct sockaddr;
struct msghdr;
struct io_uring_params;
struct iovec;

int open(const char *path, int flags, unsigned int mode);
int close(int fd);
ssize_t read(int fd, void *buf, size_t count);
ssize_t write(int fd, const void *buf, size_t count);
ssize_t readv(int fd, const struct iovec *iov, int iovcnt);
ssize_t writev(int fd, const struct iovec *iov, int iovcnt);
int ioctl(int fd, unsigned long request, unsigned long argument);
void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
int munmap(void *addr, size_t length);
int eventfd(unsigned int initval, int flags);
int ppoll(struct pollfd *fds, unsigned long nfds, const struct timespec *timeout, const void *sigmask);
int epoll_create1(int flags);
int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
int socket(int domain, int type, int protocol);
int bind(int fd, const struct sockaddr *addr, socklen_t length);
int connect(int fd, const struct sockaddr *addr, socklen_t length);
int setsockopt(int fd, int level, int option, const void *value, socklen_t length);
ssize_t send(int fd, const void *buf, size_t length, int flags);
ssize_t recv(int fd, void *buf, size_t length, int flags);
int getsockopt(int fd, int level, int option, void *value, socklen_t *length);
int listen(int fd, int backlog);
int accept4(int fd, struct sockaddr *addr, socklen_t *length, int flags);
ssize_t sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t recvmsg(int fd, struct msghdr *message, int flags);
int fcntl(int fd, int command, unsigned long argument);
int setns(int fd, int type);
int unshare(int flags);
int getsockname(int fd, struct sockaddr *addr, socklen_t *length);
long syscall(long number, long a, long b, long c, long d, long e);

__attribute__((syscall)) int io_uring_setup(unsigned int entries, struct io_uring_params *params);
__attribute__((syscall)) int io_uring_enter(int fd, unsigned int to_submit, unsigned int min_complete,
                                            unsigned int flags, const void *sigmask);
__attribute__((syscall)) int io_uring_register(int fd, unsigned int opcode, void *argument, unsigned int count);

/* What UAPI headers leave to libc: <bits/socket.h>, <bits/fcntl-linux.h>, <sys/socket.h>. */
#define SOL_NETLINK 270
#define MSG_PEEK 0x02
#define MSG_DONTWAIT 0x40
#define MSG_WAITALL 0x100
#define MSG_CTRUNC 0x08
#define MSG_TRUNC 0x20
#define MSG_NOSIGNAL 0x4000
#define MSG_CMSG_CLOEXEC 0x40000000
#define SCM_RIGHTS 0x01
#define CLD_EXITED 1
#define CLD_KILLED 2
#define CLD_DUMPED 3
#define CLD_STOPPED 5
#define CLD_CONTINUED 6
#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2
#define SPLICE_F_MOVE 1
#define SPLICE_F_NONBLOCK 2
#define SPLICE_F_MORE 4

struct msghdr {
    void *msg_name;
    socklen_t msg_namelen;
    struct iovec *msg_iov;
    size_t msg_iovlen;
    void *msg_control;
    size_t msg_controllen;
    int msg_flags;
};

struct cmsghdr {
    size_t cmsg_len;
    int cmsg_level;
    int cmsg_type;
};

struct ucred {
    int pid;
    unsigned int uid;
    unsigned int gid;
};

/* siginfo_t as waitid(2) fills it in: the unions of the real one taken apart, for the one signal that is SIGCHLD. */
struct siginfo_child {
    int si_signo;
    int si_errno;
    int si_code;
    int si_pad;
    int si_pid;
    unsigned int si_uid;
    int si_status;
    int si_rest[25];
};
