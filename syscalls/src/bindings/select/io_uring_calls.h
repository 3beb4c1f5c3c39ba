/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls of io_uring, which no header declares: libc has no wrapper of them, and the kernel's headers have their
 * numbers and not their prototypes. They go through syscall(2) by their number. Source: io_uring_setup(2) and its neighbours.
 */
struct io_uring_params;

__attribute__((syscall)) int io_uring_setup(unsigned int entries, struct io_uring_params *params);
__attribute__((syscall)) int io_uring_enter(int fd, unsigned int to_submit, unsigned int min_complete,
                                            unsigned int flags, const void *sigmask);
__attribute__((syscall)) int io_uring_register(int fd, unsigned int opcode, void *argument, unsigned int count);
