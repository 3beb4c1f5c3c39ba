// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.IoctlCaller;
import dev.jrtap.memory.NativeAccess;

/**
 * The system calls that this library makes, each as in its man page, with one convention for results: {@code >= 0} is
 * success, {@code < 0} is {@code -errno}.
 *
 * <p>Pointers are addresses. The owner of the memory keeps it reachable until the call, or the operation that it
 * starts, is over. No method allocates, except for the one that says so.
 *
 * <p>{@code EINTR} is retried for {@code open}, {@code read}, {@code write}, {@code readv}, {@code writev},
 * {@code connect}, {@code accept4}, {@code send}, {@code recv}, {@code sendmsg}, {@code recvmsg} and {@code ioctl}. It
 * is returned by {@link #ppoll} and {@link #ioUringEnter}, whose callers wait again. {@link #close} is never repeated,
 * because Linux has freed the number by then and another thread may own it.
 *
 * <p>Threads: every method may be called from any thread.
 */
public interface Syscalls extends IoctlCaller {

    /**
     * Returns the real system calls, through libc.
     *
     * @throws IllegalCallerException if the JVM refuses native access; the message says what to add to the command line
     */
    static Syscalls libc() {
        NativeAccess.require();
        return LibcSyscalls.INSTANCE;
    }

    /** open(2); {@code path} is a C string, {@code flags} are {@code O_*}. */
    int open(long path, int flags, int mode);

    /** close(2). Whatever it returns, the number is free afterwards. */
    int close(int fd);

    /** read(2). */
    long read(int fd, long buffer, long count);

    /** write(2). */
    long write(int fd, long buffer, long count);

    /** readv(2); {@code vectors} is the address of {@code count} structs iovec. */
    long readv(int fd, long vectors, int count);

    /** writev(2), with the same array. */
    long writev(int fd, long vectors, int count);

    /** ioctl(2), with the argument passed as it is: an address or a number, as the request wants. */
    @Override
    int ioctl(int fd, long request, long argument);

    /** mmap(2): the address, or {@code -errno}. */
    long mmap(long address, long length, int protection, int flags, int fd, long offset);

    /** munmap(2). */
    int munmap(long address, long length);

    /**
     * pipe2(2); {@code ends} is the address of two {@code int}s, which receive the end to read from and the end to
     * write to.
     */
    int pipe2(long ends, int flags);

    /** eventfd(2). */
    int eventfd(int initial, int flags);

    /** ppoll(2) without a signal mask; {@code timeout} is the address of a timespec, or 0 to wait without end. */
    int ppoll(long fds, int count, long timeout);

    /**
     * sched_setscheduler(2); 0 is the calling thread, and {@code param} the address of its priority, an {@code int}.
     */
    int schedSetscheduler(int thread, int policy, long param);

    /** epoll_create1(2). */
    int epollCreate1(int flags);

    /** epoll_ctl(2); {@code event} is the address of an epoll_event, or 0 to delete. */
    int epollCtl(int epfd, int op, int fd, long event);

    /** socket(2). */
    int socket(int domain, int type, int protocol);

    /** bind(2). */
    int bind(int fd, long address, int length);

    /** connect(2). */
    int connect(int fd, long address, int length);

    /** setsockopt(2). */
    int setsockopt(int fd, int level, int option, long value, int length);

    /** send(2). */
    long send(int fd, long buffer, long length, int flags);

    /** recv(2). */
    long recv(int fd, long buffer, long length, int flags);

    /** accept4(2); {@code address} and {@code length} may be 0. */
    int accept4(int fd, long address, long length, int flags);

    /** fcntl(2), with a number or an address as argument, as the command wants. */
    int fcntl(int fd, int command, long argument);

    /** getsockopt(2); {@code length} is the address of a {@code socklen_t}, read and written. */
    int getsockopt(int fd, int level, int option, long value, long length);

    /** listen(2). */
    int listen(int fd, int backlog);

    /** recvmsg(2); {@code message} is the address of a struct msghdr. */
    long recvmsg(int fd, long message, int flags);

    /** sendmsg(2); {@code message} is the address of a struct msghdr. */
    long sendmsg(int fd, long message, int flags);

    /** setns(2): moves the calling thread to another namespace. */
    int setns(int fd, int type);

    /** unshare(2): moves the calling thread to a new namespace. */
    int unshare(int flags);

    /** io_uring_setup(2); {@code params} is the address of a struct io_uring_params, read and written. */
    int ioUringSetup(int entries, long params);

    /** io_uring_enter(2) without a signal mask. */
    int ioUringEnter(int fd, int toSubmit, int minComplete, int flags);

    /**
     * io_uring_enter(2) with IORING_ENTER_EXT_ARG. Allocates for a combination of arguments that the thread has not
     * used lately: 256 are kept.
     */
    int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, int size);

    /** io_uring_register(2). */
    int ioUringRegister(int fd, int opcode, long argument, int count);

    /**
     * bpf(2).
     *
     * @param command {@code BPF_MAP_CREATE} and its like
     * @param attributes address of a union bpf_attr, of which the kernel reads {@code size} bytes; fields unknown to an
     *     older kernel must be zero
     */
    int bpf(int command, long attributes, int size);
}
