// SPDX-License-Identifier: Apache-2.0
/**
 * io_uring: submission, completion and registration over memory shared with the kernel.
 *
 * <p>A {@link dev.jrtap.uring.Ring} is two queues: operations are claimed from the
 * {@link dev.jrtap.uring.SubmissionQueue}, filled in through a {@link dev.jrtap.uring.Sqe}, and their results drained
 * from the {@link dev.jrtap.uring.CompletionQueue}.
 *
 * <p>Threads: a ring and everything obtained from it belong to the first thread that drives it. Only
 * {@link dev.jrtap.uring.Ring#close} and {@link dev.jrtap.uring.Ring#wake} may be called from elsewhere.
 *
 * <p>Misuse is an unchecked exception, thrown before the kernel is entered. Where the state of an object is the reason,
 * it is an {@link java.lang.IllegalStateException}, of which three kinds have a class of their own:
 *
 * <ul>
 *   <li>{@link dev.jrtap.ownership.ClosedException}: the ring is closed; a loop that may meet a close asks
 *       {@link dev.jrtap.uring.Ring#isOpen} instead.
 *   <li>{@link dev.jrtap.ownership.NotOwnerException}: the ring belongs to another thread, or this one is virtual.
 *   <li>{@link dev.jrtap.uring.NotEnabledException}: the ring was set up without what the call needs.
 * </ul>
 *
 * <p>A feature that this kernel lacks is an {@link java.lang.UnsupportedOperationException}, or the errno with which
 * the kernel refuses it: {@link dev.jrtap.syscall.ErrnoException} from set-up and registration, {@code -errno} as the
 * result of an operation.
 *
 * <p>Words whose field name starts with {@code k} are shared with the kernel. We write the submission tail and the
 * completion head (release); we read the submission head and the completion tail (acquire).
 *
 * <p>Uses: bindings, memory, syscall, ownership. Used by: rtap.
 */
package dev.jrtap.uring;
