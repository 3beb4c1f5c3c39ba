// SPDX-License-Identifier: Apache-2.0
//
// ptrace(2) for a User Mode Linux before 6.13, by LD_PRELOAD. Such a kernel keeps the floating-point registers of the
// process that it traces in an array that ends with AVX-512. On a processor with AMX, the host's state is longer, and
// the host accepts it only as a whole (EFAULT otherwise, and the guest panics: "ptrace set fp regs failed"). So the
// rest is added here: zeros, the state of a process that never used AMX, because none may without asking by
// arch_prctl(2), which the guest does not pass on.
#define _GNU_SOURCE
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char registers[64 * 1024] __attribute__((aligned(64)));
static struct iovec whole = {registers, sizeof registers};

static long setXstate(pid_t pid, const struct iovec *given) {
    // The kernel answers how long it is.
    if (whole.iov_len == sizeof registers) {
        long status = syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_X86_XSTATE, &whole);
        if (status < 0) {
            return status;
        }
        memset(registers, 0, whole.iov_len);
    }
    memcpy(registers, given->iov_base, given->iov_len);
    return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, NT_X86_XSTATE, &whole);
}

long ptrace(enum __ptrace_request request, ...) {
    va_list arguments;
    va_start(arguments, request);
    pid_t pid = va_arg(arguments, pid_t);
    void *address = va_arg(arguments, void *);
    void *data = va_arg(arguments, void *);
    va_end(arguments);
    if (request == PTRACE_SETREGSET && (long)address == NT_X86_XSTATE) {
        return setXstate(pid, data);
    }
    long word;
    int peeks = request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER;
    long status = syscall(SYS_ptrace, request, pid, address, peeks ? &word : data);
    return peeks && status >= 0 ? word : status;
}
