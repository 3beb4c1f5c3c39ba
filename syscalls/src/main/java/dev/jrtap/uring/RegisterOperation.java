// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;

/**
 * What io_uring_register(2) can be asked for, each with its method of {@link Registrations} or of what is got there; in
 * the kernel's order, which is oldest first.
 *
 * <p>Source: io_uring_register(2); the numbers are those of linux/io_uring.h, the versions those of its history.
 */
public enum RegisterOperation {
    BUFFERS(IoUring.IORING_REGISTER_BUFFERS, "5.1"),
    UNREGISTER_BUFFERS(IoUring.IORING_UNREGISTER_BUFFERS, "5.1"),
    FILES(IoUring.IORING_REGISTER_FILES, "5.1"),
    UNREGISTER_FILES(IoUring.IORING_UNREGISTER_FILES, "5.1"),
    EVENTFD(IoUring.IORING_REGISTER_EVENTFD, "5.2"),
    UNREGISTER_EVENTFD(IoUring.IORING_UNREGISTER_EVENTFD, "5.2"),
    FILES_UPDATE(IoUring.IORING_REGISTER_FILES_UPDATE, "5.5"),
    EVENTFD_ASYNC(IoUring.IORING_REGISTER_EVENTFD_ASYNC, "5.6"),
    PROBE(IoUring.IORING_REGISTER_PROBE, "5.6"),
    PERSONALITY(IoUring.IORING_REGISTER_PERSONALITY, "5.6"),
    UNREGISTER_PERSONALITY(IoUring.IORING_UNREGISTER_PERSONALITY, "5.6"),
    RESTRICTIONS(IoUring.IORING_REGISTER_RESTRICTIONS, "5.10"),
    ENABLE_RINGS(IoUring.IORING_REGISTER_ENABLE_RINGS, "5.10"),
    FILES2(IoUring.IORING_REGISTER_FILES2, "5.13"),
    FILES_UPDATE2(IoUring.IORING_REGISTER_FILES_UPDATE2, "5.13"),
    BUFFERS2(IoUring.IORING_REGISTER_BUFFERS2, "5.13"),
    BUFFERS_UPDATE(IoUring.IORING_REGISTER_BUFFERS_UPDATE, "5.13"),
    IOWQ_AFF(IoUring.IORING_REGISTER_IOWQ_AFF, "5.14"),
    UNREGISTER_IOWQ_AFF(IoUring.IORING_UNREGISTER_IOWQ_AFF, "5.14"),
    IOWQ_MAX_WORKERS(IoUring.IORING_REGISTER_IOWQ_MAX_WORKERS, "5.15"),
    RING_FDS(IoUring.IORING_REGISTER_RING_FDS, "5.18"),
    UNREGISTER_RING_FDS(IoUring.IORING_UNREGISTER_RING_FDS, "5.18"),
    PBUF_RING(IoUring.IORING_REGISTER_PBUF_RING, "5.19"),
    UNREGISTER_PBUF_RING(IoUring.IORING_UNREGISTER_PBUF_RING, "5.19"),
    SYNC_CANCEL(IoUring.IORING_REGISTER_SYNC_CANCEL, "6.0"),
    FILE_ALLOC_RANGE(IoUring.IORING_REGISTER_FILE_ALLOC_RANGE, "6.0"),
    PBUF_STATUS(IoUring.IORING_REGISTER_PBUF_STATUS, "6.8"),
    NAPI(IoUring.IORING_REGISTER_NAPI, "6.9"),
    UNREGISTER_NAPI(IoUring.IORING_UNREGISTER_NAPI, "6.9"),
    CLOCK(IoUring.IORING_REGISTER_CLOCK, "6.12"),
    CLONE_BUFFERS(IoUring.IORING_REGISTER_CLONE_BUFFERS, "6.12"),
    SEND_MSG_RING(IoUring.IORING_REGISTER_SEND_MSG_RING, "6.13"),
    ZCRX_IFQ(IoUring.IORING_REGISTER_ZCRX_IFQ, "6.15"),
    RESIZE_RINGS(IoUring.IORING_REGISTER_RESIZE_RINGS, "6.13"),
    MEM_REGION(IoUring.IORING_REGISTER_MEM_REGION, "6.13"),
    QUERY(IoUring.IORING_REGISTER_QUERY, "6.18"),
    ZCRX_CTRL(IoUring.IORING_REGISTER_ZCRX_CTRL, "7.0"),
    BPF_FILTER(IoUring.IORING_REGISTER_BPF_FILTER, "7.0");

    private final int opcode;
    private final String since;

    RegisterOperation(int opcode, String since) {
        this.opcode = opcode;
        this.since = since;
    }

    /** Returns the number the kernel knows it by. */
    public int opcode() {
        return opcode;
    }

    /** Returns the first Linux that has it, as {@code "5.19"}: what upstream did. Distributions port back. */
    public String since() {
        return since;
    }
}
