// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.LibcCalls;

/** The real system calls: the generated bindings, with EINTR retried where the man page allows it. */
final class LibcSyscalls implements Syscalls {

    static final Syscalls INSTANCE = new LibcSyscalls();

    private static final int INTERRUPTED = -Errno.EINTR;

    private LibcSyscalls() {}

    @Override
    public int open(long path, int flags, int mode) {
        int result;
        do {
            result = LibcCalls.open(path, flags, mode);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public int close(int fd) {
        // Not retried on EINTR: Linux has already freed the number, and another thread may own it by now.
        return LibcCalls.close(fd);
    }

    @Override
    public long read(int fd, long buffer, long count) {
        long result;
        do {
            result = LibcCalls.read(fd, buffer, count);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public long write(int fd, long buffer, long count) {
        long result;
        do {
            result = LibcCalls.write(fd, buffer, count);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public long readv(int fd, long vectors, int count) {
        long result;
        do {
            result = LibcCalls.readv(fd, vectors, count);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public long writev(int fd, long vectors, int count) {
        long result;
        do {
            result = LibcCalls.writev(fd, vectors, count);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        int result;
        do {
            result = LibcCalls.ioctl(fd, request, argument);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return LibcCalls.mmap(address, length, protection, flags, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        return LibcCalls.munmap(address, length);
    }

    @Override
    public int pipe2(long ends, int flags) {
        return LibcCalls.pipe2(ends, flags);
    }

    @Override
    public int eventfd(int initial, int flags) {
        return LibcCalls.eventfd(initial, flags);
    }

    @Override
    public int ppoll(long fds, int count, long timeout) {
        return LibcCalls.ppoll(fds, count, timeout, 0);
    }

    @Override
    public int schedSetscheduler(int thread, int policy, long param) {
        return LibcCalls.sched_setscheduler(thread, policy, param);
    }

    @Override
    public int epollCreate1(int flags) {
        return LibcCalls.epoll_create1(flags);
    }

    @Override
    public int epollCtl(int epfd, int op, int fd, long event) {
        return LibcCalls.epoll_ctl(epfd, op, fd, event);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return LibcCalls.socket(domain, type, protocol);
    }

    @Override
    public int bind(int fd, long address, int length) {
        return LibcCalls.bind(fd, address, length);
    }

    @Override
    public int connect(int fd, long address, int length) {
        int result;
        do {
            result = LibcCalls.connect(fd, address, length);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public int setsockopt(int fd, int level, int option, long value, int length) {
        return LibcCalls.setsockopt(fd, level, option, value, length);
    }

    @Override
    public long send(int fd, long buffer, long length, int flags) {
        long result;
        do {
            result = LibcCalls.send(fd, buffer, length, flags);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public long recv(int fd, long buffer, long length, int flags) {
        long result;
        do {
            result = LibcCalls.recv(fd, buffer, length, flags);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public int accept4(int fd, long address, long length, int flags) {
        int result;
        do {
            result = LibcCalls.accept4(fd, address, length, flags);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        return LibcCalls.fcntl(fd, command, argument);
    }

    @Override
    public int getsockopt(int fd, int level, int option, long value, long length) {
        return LibcCalls.getsockopt(fd, level, option, value, length);
    }

    @Override
    public int listen(int fd, int backlog) {
        return LibcCalls.listen(fd, backlog);
    }

    @Override
    public long recvmsg(int fd, long message, int flags) {
        long result;
        do {
            result = LibcCalls.recvmsg(fd, message, flags);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public long sendmsg(int fd, long message, int flags) {
        long result;
        do {
            result = LibcCalls.sendmsg(fd, message, flags);
        } while (result == INTERRUPTED);
        return result;
    }

    @Override
    public int setns(int fd, int type) {
        return LibcCalls.setns(fd, type);
    }

    @Override
    public int unshare(int flags) {
        return LibcCalls.unshare(flags);
    }

    @Override
    public int ioUringSetup(int entries, long params) {
        return LibcCalls.io_uring_setup(entries, params);
    }

    @Override
    public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags) {
        if (EnterToSubmit.is(flags)) {
            int taken = EnterToSubmit.call(fd, toSubmit, flags);
            if (taken >= 0) {
                return taken;
            }
        }
        return LibcCalls.io_uring_enter(fd, toSubmit, minComplete, flags, 0);
    }

    @Override
    public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
        return EnterWithArgument.call(fd, toSubmit, minComplete, flags, argument, size);
    }

    @Override
    public int ioUringRegister(int fd, int opcode, long argument, int count) {
        return LibcCalls.io_uring_register(fd, opcode, argument, count);
    }

    @Override
    public int bpf(int command, long attributes, int size) {
        return LibcCalls.bpf(command, attributes, size);
    }
}
