// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringBuf;
import dev.jrtap.bindings.IoUringBufReg;
import dev.jrtap.bindings.IoUringBufRing;
import dev.jrtap.bindings.IoUringBufStatus;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Mapping;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Buffers lent to the kernel, which takes one for each completion of an operation that selects its group.
 *
 * <p>Threads: those of its {@link Ring}, with which it is closed. Ownership: an offered buffer is the kernel's until a
 * completion names its id, or until the ring is closed or the buffers are unregistered and no operation is under way
 * that has selected one. Since Linux 5.19.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_PBUF_RING.
 */
public final class BufferRing {

    /** How a ring of buffers works. */
    public enum Option {
        /**
         * Its memory is the kernel's, mapped into this process: for a process that may not lock memory. Not with {@link
         * SetupFlag#REGISTERED_FD_ONLY}, which leaves no descriptor to map. Since Linux 6.4.
         */
        KERNEL_MEMORY(IoUring.IOU_PBUF_RING_MMAP),
        /**
         * A buffer is used up in pieces: a completion takes as much of it as it needs, the next one continues after
         * that, and the buffer is the caller's again with the first completion without {@link
         * CqeFlags#hasMoreInBuffer}. Since Linux 6.12.
         *
         * <p>Only for streams. Do not use it with files that truncate, as tun devices and packet sockets do: they are
         * offered the rest of a buffer, however short, and silently cut the packet to that length.
         */
        INCREMENTAL(IoUring.IOU_PBUF_RING_INC);

        private final int bit;

        Option(int bit) {
            this.bit = bit;
        }
    }

    /** What to register. */
    record Request(int group, int entries, int leastLeft, Set<Option> options) {

        Request {
            if (entries < 1 || entries > MAX_ENTRIES || Integer.bitCount(entries) != 1) {
                throw new IllegalArgumentException(
                        "entries must be a power of two, 1.." + MAX_ENTRIES + ": " + entries);
            }
            if (group < 0 || group > MAX_GROUP) {
                throw new IllegalArgumentException("group must be 0.." + MAX_GROUP + ": " + group);
            }
            if (leastLeft < 0) {
                throw new IllegalArgumentException("what must be left of a buffer cannot be negative: " + leastLeft);
            }
        }

        int flags() {
            int flags = 0;
            for (Option option : options) {
                flags |= option.bit;
            }
            return flags;
        }
    }

    /** What holds the buffers. Knows nothing of the ring, which could not be dropped otherwise. */
    private static final class Offered {

        private final Set<Object> holders = Collections.newSetFromMap(new IdentityHashMap<>());
        private @Nullable Object last;

        /** Returns whether it is another than the last one. */
        boolean keep(Object holder) {
            if (holder == last) {
                return false;
            }
            holders.add(holder);
            last = holder;
            return true;
        }
    }

    private static final int MAX_ENTRIES = 32768;
    private static final int MAX_GROUP = 0xffff;

    private final RegisterCall ring;
    private final int group;
    private final Mapping mapping;
    private final Memory memory;
    private final int mask;
    private final Offered offered = new Offered();
    private int tail;
    private int published;
    private boolean unregistered;

    private BufferRing(RegisterCall ring, Request request, Mapping mapping) {
        this.ring = ring;
        this.group = request.group();
        this.mapping = mapping;
        this.memory = mapping.memory();
        this.mask = request.entries() - 1;
        // Operations that have selected a buffer go on when the group is gone, and when this object is.
        ring.lent().keepUntilTheEnd(offered);
    }

    static BufferRing register(RegisterCall ring, Request request) throws ErrnoException {
        ring.checkMayRegister();
        Mapping mapping = request.options().contains(Option.KERNEL_MEMORY)
                ? inKernelMemory(ring.fd(), request)
                : inOwnMemory(ring.fd(), request);
        ring.keep(mapping);
        return new BufferRing(ring, request, mapping);
    }

    private static Mapping inOwnMemory(RingFd fd, Request request) throws ErrnoException {
        Mapping mapping = Mapping.anonymous(fd.syscalls(), request.entries() * IoUringBuf.SIZEOF);
        try {
            tell(fd, request, mapping.memory().address());
            return mapping;
        } catch (Throwable e) {
            mapping.close();
            throw e;
        }
    }

    private static Mapping inKernelMemory(RingFd fd, Request request) throws ErrnoException {
        fd.descriptor();
        tell(fd, request, 0);
        try {
            long offset = IoUring.IORING_OFF_PBUF_RING | (long) request.group() << IoUring.IORING_OFF_PBUF_SHIFT;
            return Mapping.shared(fd.descriptor(), request.entries() * IoUringBuf.SIZEOF, offset);
        } catch (Throwable e) {
            fd.tryRegister(IoUring.IORING_UNREGISTER_PBUF_RING, registration(request.group()), 1);
            throw e;
        }
    }

    private static void tell(RingFd fd, Request request, long address) throws ErrnoException {
        Memory registration = registration(request.group());
        registration.putI64(IoUringBufReg.RING_ADDR, address);
        registration.putI32(IoUringBufReg.RING_ENTRIES, request.entries());
        registration.putI16(IoUringBufReg.FLAGS, request.flags());
        registration.putI32(IoUringBufReg.MIN_LEFT, request.leastLeft());
        String arguments = "group=" + request.group() + ", entries=" + request.entries()
                + (request.options().isEmpty() ? "" : ", " + request.options());
        fd.register(RegisterOperation.PBUF_RING, arguments, registration, 1);
    }

    private static Memory registration(int group) {
        Memory registration = Memory.allocate(IoUringBufReg.SIZEOF);
        registration.putI16(IoUringBufReg.BGID, group);
        return registration;
    }

    /** Returns the id by which operations select it. */
    public int group() {
        return group;
    }

    /**
     * Offers {@code length} bytes from the position {@code at} of {@code buffers} on; the kernel sees them after {@link
     * #publish}. The caller must not offer more buffers than the ring has entries. The ring keeps {@code buffers}
     * reachable until its end, which {@link #unregister} does not shorten: an operation may have selected one.
     *
     * @param length bytes, 0 or more
     * @param id by which its completion names it, 0..65535
     */
    public void offer(Memory buffers, int at, int length, int id) {
        unsafeOffer(buffers.address(at, length), length, id);
        if (offered.keep(buffers)) {
            // What has been received is often sent from where it lies.
            ring.lent().resident(buffers);
        }
    }

    /** Adds a buffer by its address; the caller keeps it allocated until the ring's end. */
    public void unsafeOffer(long address, int length, int id) {
        require();
        if (length < 0 || id >>> Short.SIZE != 0) {
            throw new IllegalArgumentException(
                    "a buffer has 0 or more bytes and an id of 0..65535: length=" + length + ", id=" + id);
        }
        // The first entry shares its last two bytes with the tail, so an entry is never written as a whole.
        int entry = (tail & mask) * IoUringBuf.SIZEOF;
        memory.putI64(entry + IoUringBuf.ADDR, address);
        memory.putI32(entry + IoUringBuf.LEN, length);
        memory.putI16(entry + IoUringBuf.BID, id);
        tail++;
    }

    /** Makes the offered buffers visible to the kernel. */
    public void publish() {
        require();
        // Release: the kernel must not see the tail before the buffers. Pairs with its acquire load of the tail when
        // it selects a buffer. No acquire on our side: an entry is written again only after a completion has named its
        // buffer, and the acquire of the completion queue's tail orders that.
        memory.putI16Release(IoUringBufRing.TAIL, tail);
        published = tail;
    }

    /**
     * Returns how many published buffers the kernel has not taken yet. Costs a system call: for diagnosis, not for each
     * packet. Since Linux 6.8.
     */
    public int available() throws ErrnoException {
        return (published - head()) & 0xffff;
    }

    /** Returns how many buffers the kernel has taken so far, modulo 65536. Since Linux 6.8. */
    public int head() throws ErrnoException {
        require();
        Memory status = Memory.allocate(IoUringBufStatus.SIZEOF);
        status.putI32(IoUringBufStatus.BUF_GROUP, group);
        ring.fd().register(RegisterOperation.PBUF_STATUS, "group=" + group, status, 1);
        return status.getI32(IoUringBufStatus.HEAD) & 0xffff;
    }

    /**
     * Unregisters the group and releases the ring's memory: every method throws from now on. Operations that select the
     * group later complete with {@code -ENOBUFS}.
     */
    public void unregister() throws ErrnoException {
        require();
        ring.fd().register(RegisterOperation.UNREGISTER_PBUF_RING, "group=" + group, registration(group), 1);
        unregistered = true;
        ring.unmap(mapping);
    }

    private void require() {
        ring.checkMayRegister();
        if (unregistered) {
            throw new IllegalStateException("buffer ring of group " + group + " is unregistered");
        }
    }
}
