// SPDX-License-Identifier: Apache-2.0
package program;

import bound.Addresses;
import bound.IoUring;
import bound.IoUringCqe;
import bound.IoUringSqe;
import bound.Liburing;
import bound.LiburingCalls;
import java.nio.ByteBuffer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Operations that do nothing, three at once. */
public final class Program {

    public static void main(String[] arguments) {
        ByteBuffer ring = IoUring.allocate();
        System.out.println("queue_init " + LiburingCalls.io_uring_queue_init(8, ring, 0));
        for (int i = 0; i < 3; i++) {
            ByteBuffer sqe = IoUringSqe.at(LiburingCalls.io_uring_get_sqe(ring));
            for (int at = 0; at < IoUringSqe.SIZEOF; at++) {
                sqe.put(at, (byte) 0);
            }
            IoUringSqe.opcode(sqe, 0, Liburing.IORING_OP_NOP);
            IoUringSqe.userData(sqe, 0, 100 + i);
        }
        System.out.println("submit " + LiburingCalls.io_uring_submit_and_wait(ring, 3));
        Pointer cqes = Memory.allocateDirect(Runtime.getSystemRuntime(), 8 * 8);
        int count = LiburingCalls.io_uring_peek_batch_cqe(ring, cqes, 8);
        System.out.println("peek_batch_cqe " + count);
        for (int i = 0; i < count; i++) {
            ByteBuffer cqe = IoUringCqe.at(cqes.getPointer(8L * i));
            System.out.println(IoUringCqe.userData(cqe, 0) + " " + IoUringCqe.res(cqe, 0));
        }
        // io_uring_cq_advance is inline: it stores the head, which the kernel reads.
        ByteBuffer head = Addresses.buffer(
                Addresses.pointer(ring.order(java.nio.ByteOrder.nativeOrder()).getLong(IoUring.CQ)), 4);
        head.order(java.nio.ByteOrder.nativeOrder()).putInt(0, head.getInt(0) + count);
        LiburingCalls.io_uring_queue_exit(ring);
    }
}
