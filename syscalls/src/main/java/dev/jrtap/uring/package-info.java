// SPDX-License-Identifier: Apache-2.0
/**
 * io_uring: submission, completion and registration over memory shared with the kernel.
 *
 * <p>A {@link dev.jrtap.uring.Ring} is two queues: operations are claimed from the
 * {@link dev.jrtap.uring.SubmissionQueue}, filled in through a {@link dev.jrtap.uring.Sqe}, and their results drained from the
 * {@link dev.jrtap.uring.CompletionQueue}.
 *
 * <p>Threads: a ring and everything obtained from it belong to the first thread that drives it. Only
 * {@link dev.jrtap.uring.Ring#close} and {@link dev.jrtap.uring.Ring#wake} may be called from elsewhere.
 *
 * <p>Words whose field name starts with {@code k} are shared with the kernel. We write the submission tail and the completion
 * head (release); we read the submission head and the completion tail (acquire).
 *
 * <p>Uses: bindings, memory, syscall, ownership. Used by: rtap.
 */
package dev.jrtap.uring;
