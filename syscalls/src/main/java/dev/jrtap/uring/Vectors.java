// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.MessageHeader;

/** Operations on several pieces of memory, which the operation keeps reachable. */
final class Vectors {

    private Vectors() {}

    /** Sets an operation on the pieces, whose array is copied beside the entry. */
    static Sqe operation(SqeFields entry, int opcode, int fd, IoVectors vectors, long offset) {
        Memory copy = entry.scratch(vectors.bytes());
        vectors.copyTo(copy);
        Sqe operation = entry.unsafe().operation(opcode, fd, copy.address(), vectors.count(), offset);
        vectors.keepAlive(operation);
        return operation;
    }

    /** Sets an operation on a message, whose header is the kernel's until the completion. */
    static Sqe operation(SqeFields entry, int opcode, int fd, MessageHeader header) {
        Sqe operation = entry.unsafe().operation(opcode, fd, header.memory().address(), 1, 0);
        header.keepAlive(operation);
        return operation;
    }
}
