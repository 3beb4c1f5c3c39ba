// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.tuntap.VnetHeader;
import dev.jrtap.uring.Operations;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.Sqe;
import dev.jrtap.uring.SubmissionQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes packets through a ring: all that wait go to the kernel together, those of several segments among the others.
 * Their entries are filled in one loop, which the compiler makes one of: a call for each would be too big for it.
 */
final class RingSender implements Sender {

    private final RingDriver driver;
    private final SubmissionQueue submission;
    private final PacketPool pool;
    private final IoVectors vectors = new IoVectors(PacketPool.MAX_SEGMENTS + 1);
    /** For packets without room for a header of their own. */
    private final Memory blankHeader = Memory.allocate(VnetHeader.LENGTH);

    private final int[] waiting;
    private int count;

    /** Of at most {@code depth} packets under way, for each of which the ring has an entry. */
    RingSender(RingDriver driver, PacketPool pool, int depth) {
        this.driver = driver;
        this.waiting = new int[depth];
        this.submission = driver.ownRing().submission();
        this.pool = pool;
    }

    @Override
    public boolean write(int head) {
        if (count == waiting.length) {
            return false;
        }
        waiting[count++] = head;
        return true;
    }

    /** Claims entries for the packets that wait; without room in the ring, the rest waits for the next call. */
    void claim() {
        int claimed = 0;
        while (claimed < count) {
            Operations entry = submission.claim();
            if (entry == null) {
                entry = claimTaken();
            }
            if (entry == null) {
                break;
            }
            int head = waiting[claimed++];
            write(entry, head).userData(RingDriver.SENT | head);
        }
        count -= claimed;
        if (count > 0) {
            System.arraycopy(waiting, claimed, waiting, 0, count);
        }
    }

    /** A polling thread of the kernel may have completed writes whose entries it has not given up yet. */
    private @Nullable Operations claimTaken() {
        Ring ring = driver.ownRing();
        ring.submit();
        ring.awaitSpace();
        return submission.claim();
    }

    private Sqe write(Operations entry, int head) {
        if (pool.next(head) == PacketPool.NONE && pool.hasHeadroom(head)) {
            return driver.write(entry, pool.headerAddress(head), VnetHeader.LENGTH + pool.length(head));
        }
        return driver.write(entry, gather(head));
    }

    private IoVectors gather(int head) {
        vectors.clear();
        Gather.packet(pool, head, blankHeader.address(), vectors);
        return vectors;
    }
}
