// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUringQuery;
import dev.jrtap.bindings.IoUringQueryHdr;
import dev.jrtap.bindings.IoUringQueryOpcode;
import dev.jrtap.bindings.IoUringQueryScq;
import dev.jrtap.bindings.IoUringQueryZcrx;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.Optional;

/**
 * What the kernel's io_uring can do, asked without a ring. Since Linux 6.18.
 *
 * <p>Threads: any.
 *
 * <p>Source: linux/io_uring/query.h.
 *
 * @param operations how many {@code IORING_OP_*} it knows: those below this number
 * @param registerOperations how many {@code IORING_REGISTER_*} it knows: those below this number
 * @param queries how many {@code IO_URING_QUERY_*} it knows: those below this number
 * @param features the {@code IORING_FEAT_*} it supports
 * @param setupFlags the {@code IORING_SETUP_*} it knows
 * @param enterFlags the {@code IORING_ENTER_*} it knows
 * @param entryFlags the {@code IOSQE_*} it knows
 */
public record KernelQuery(
        int operations,
        int registerOperations,
        int queries,
        long features,
        long setupFlags,
        long enterFlags,
        long entryFlags) {

    /**
     * How zero-copy receive works here.
     *
     * @param registerFlags the {@code ZCRX_REG_*} it knows
     * @param areaFlags the {@code IORING_ZCRX_AREA_*} it knows
     * @param controls how many {@code ZCRX_CTRL_*} it knows
     * @param features the {@code ZCRX_FEATURE_*} it has
     * @param headerSize bytes that the refill ring's header takes
     * @param headerAlignment what its address must be a multiple of
     */
    public record ZeroCopy(
            long registerFlags, long areaFlags, int controls, int features, int headerSize, int headerAlignment) {}

    /**
     * What rings in memory of this process need.
     *
     * @param size bytes of the header before the completions
     * @param alignment what its address must be a multiple of
     */
    public record RingHeader(long size, long alignment) {}

    /** Asks the kernel in general. */
    public static KernelQuery ask() throws ErrnoException {
        return ask(Syscalls.libc());
    }

    static KernelQuery ask(Syscalls sys) throws ErrnoException {
        Memory answer = Memory.allocate(IoUringQueryOpcode.SIZEOF);
        if (!ask(sys, IoUringQuery.IO_URING_QUERY_OPCODES, answer)) {
            throw new IllegalStateException("the kernel answers queries, but not the first of them");
        }
        return new KernelQuery(
                answer.getI32(IoUringQueryOpcode.NR_REQUEST_OPCODES),
                answer.getI32(IoUringQueryOpcode.NR_REGISTER_OPCODES),
                answer.getI32(IoUringQueryOpcode.NR_QUERY_OPCODES),
                answer.getI64(IoUringQueryOpcode.FEATURE_FLAGS),
                answer.getI64(IoUringQueryOpcode.RING_SETUP_FLAGS),
                answer.getI64(IoUringQueryOpcode.ENTER_FLAGS),
                answer.getI64(IoUringQueryOpcode.SQE_FLAGS));
    }

    /** Asks about zero-copy receive; empty if the kernel does not answer that, which begins with Linux 6.19. */
    public static Optional<ZeroCopy> zeroCopy() throws ErrnoException {
        Memory answer = Memory.allocate(IoUringQueryZcrx.SIZEOF);
        if (!ask(Syscalls.libc(), IoUringQuery.IO_URING_QUERY_ZCRX, answer)) {
            return Optional.empty();
        }
        return Optional.of(new ZeroCopy(
                answer.getI64(IoUringQueryZcrx.REGISTER_FLAGS),
                answer.getI64(IoUringQueryZcrx.AREA_FLAGS),
                answer.getI32(IoUringQueryZcrx.NR_CTRL_OPCODES),
                answer.getI32(IoUringQueryZcrx.FEATURES),
                answer.getI32(IoUringQueryZcrx.RQ_HDR_SIZE),
                answer.getI32(IoUringQueryZcrx.RQ_HDR_ALIGNMENT)));
    }

    /** Asks about the rings' header; empty if the kernel does not answer that, which begins with Linux 6.19. */
    public static Optional<RingHeader> ringHeader() throws ErrnoException {
        Memory answer = Memory.allocate(IoUringQueryScq.SIZEOF);
        if (!ask(Syscalls.libc(), IoUringQuery.IO_URING_QUERY_SCQ, answer)) {
            return Optional.empty();
        }
        return Optional.of(
                new RingHeader(answer.getI64(IoUringQueryScq.HDR_SIZE), answer.getI64(IoUringQueryScq.HDR_ALIGNMENT)));
    }

    /** Returns whether the kernel knows the question; then it has answered. */
    private static boolean ask(Syscalls sys, int question, Memory answer) throws ErrnoException {
        Memory header = Memory.allocate(IoUringQueryHdr.SIZEOF);
        header.putI64(IoUringQueryHdr.QUERY_DATA, answer.address());
        header.putI32(IoUringQueryHdr.QUERY_OP, question);
        header.putI32(IoUringQueryHdr.SIZE, answer.size());
        RingFd.registerWithoutRing(sys, RegisterOperation.QUERY, "query " + question, header, 0);
        answer.keepAlive();
        return header.getI32(IoUringQueryHdr.RESULT) >= 0;
    }
}
