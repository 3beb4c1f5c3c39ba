/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system call of BPF, which no header declares: libc has no wrapper of it, and the kernel's headers have its number
 * and not its prototype. It goes through syscall(2) by its number. Source: bpf(2).
 */
union bpf_attr;

__attribute__((syscall)) int bpf(int command, union bpf_attr *attributes, unsigned int size);
