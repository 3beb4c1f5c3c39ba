// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Mapping;
import java.lang.ref.Cleaner;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a ring holds of the kernel: given back by its close, or by the Cleaner if the program has dropped the ring
 * without one. Knows nothing of the ring, which could not be dropped otherwise.
 */
final class RingParts implements Runnable {

    private static final System.Logger LOG = System.getLogger(RingParts.class.getName());

    // Dropped, and kept with what their operations were given until the kernel has ended them.
    private static final Set<RingParts> ENDING = ConcurrentHashMap.newKeySet();

    private static Cleaner cleaner;

    private final RingFd fd;
    private final EventFd event;
    private final ContextEnd end;
    private final LentMemory lent = new LentMemory();
    private final Set<Mapping> mappings = new HashSet<>();
    private RingMaps maps;
    private boolean closed;

    RingParts(RingMaps maps, EventFd event, ContextEnd end) {
        this.fd = maps.setup().fd();
        this.maps = maps;
        this.event = event;
        this.end = end;
    }

    /**
     * One thread for all rings, which sleeps unless one is dropped. Made with the first ring and not with a class,
     * which would stay unusable if no thread could be made once.
     */
    static synchronized Cleaner cleaner() {
        if (cleaner == null) {
            cleaner = Cleaner.create();
        }
        return cleaner;
    }

    RingFd fd() {
        return fd;
    }

    EventFd event() {
        return event;
    }

    ContextEnd end() {
        return end;
    }

    /** Here, because it is kept for the kernel even when the program has dropped the ring. */
    LentMemory lent() {
        return lent;
    }

    RingMaps maps() {
        return maps;
    }

    void maps(RingMaps next) {
        maps.close();
        maps = next;
    }

    /**
     * Takes ownership of memory that goes with the ring. The kernel has locked its pages, so it may be unmapped at any
     * time.
     */
    synchronized Mapping keep(Mapping mapping) {
        mappings.add(mapping);
        return mapping;
    }

    /** Unmaps it earlier. */
    synchronized void unmap(Mapping mapping) {
        mappings.remove(mapping);
        mapping.close();
    }

    /** A call that may fail. */
    interface Call {
        void run() throws ErrnoException;
    }

    /** Does something that the close waits for; {@code false} after the close. */
    synchronized boolean whileOpen(Call call) throws ErrnoException {
        if (!closed) {
            call.run();
        }
        return !closed;
    }

    /** Returns whether something waits for the Cleaner, or for the close in whose middle the caller is. */
    synchronized boolean isLeft() {
        return !closed || !mappings.isEmpty();
    }

    /** Looks which of the rings that were dropped are over: when the next is built, or dropped. */
    @SuppressWarnings("ModifyCollectionInEnhancedForLoop") // which this one allows
    static synchronized void endDropped() {
        for (RingParts parts : ENDING) {
            if (parts.end.await(0)) {
                ENDING.remove(parts);
                parts.lent.end();
                parts.end.close();
            }
        }
    }

    private void unmap() {
        mappings.forEach(Mapping::close);
        mappings.clear();
    }

    /**
     * Closes all but {@link #end}, which tells when that has had its effect. Further calls do nothing.
     *
     * @param alone whether no other thread can be using the mapped memory; otherwise it goes when none can any more
     */
    synchronized void close(boolean alone) {
        if (!closed) {
            closed = true;
            event.close();
            if (alone) {
                unmap();
            }
            maps.close();
            fd.close();
        }
    }

    /** The ring was dropped. Its memory is the kernel's, which frees it when the last operation is over. */
    @Override
    public synchronized void run() {
        if (!closed) {
            fd.abandonRegistration();
            boolean isProvable = end.letGo();
            close(true);
            if (isProvable && lent.isHolding()) {
                ENDING.add(this);
            } else {
                lent.keepForEver();
                end.close();
            }
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} was dropped without close(): it is closed now; memory that operations under way were given by address"
                            + " may still be written to",
                    fd.name());
        }
        unmap();
        endDropped();
    }
}
