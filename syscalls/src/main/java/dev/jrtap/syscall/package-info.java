// SPDX-License-Identifier: Apache-2.0
/**
 * System calls as Java sees them: {@code >= 0} is success, {@code < 0} is {@code -errno}.
 *
 * <p>{@link dev.jrtap.syscall.Syscalls} is the only way into the kernel, so a test can refuse a call or change a result
 * there. The other classes are resources that must be closed: {@link dev.jrtap.syscall.Fd}, {@link
 * dev.jrtap.syscall.Mapping}, {@link dev.jrtap.syscall.EventFd}, {@link dev.jrtap.syscall.UnixSocket} and {@link
 * dev.jrtap.syscall.NetworkNamespace}.
 *
 * <p>Uses: bindings, memory. Used by: uring, tuntap, netlink, rtap.
 */
@NullMarked
package dev.jrtap.syscall;

import org.jspecify.annotations.NullMarked;
