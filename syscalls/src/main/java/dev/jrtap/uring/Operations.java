// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/**
 * A claimed entry without an operation yet; each method sets one and returns the {@link Sqe} for its options.
 *
 * <p>One operation per entry: a second one replaces the first and its options.
 *
 * <p>Threads: those of its {@link Ring}. The view is valid until the next claim or submit.
 */
public interface Operations
        extends TransferOperations,
                FileOperations,
                BlockOperations,
                PathOperations,
                SocketOperations,
                SendReceiveOperations,
                ZeroCopyOperations,
                SocketCommandOperations,
                PollOperations,
                TimeoutOperations,
                CancelOperations,
                PipeOperations,
                FutexOperations,
                BufferOperations,
                RingOperations {}
