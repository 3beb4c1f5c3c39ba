// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.tuntap.VnetHeader;
import dev.jrtap.uring.Operations;
import dev.jrtap.uring.Sqe;
import dev.jrtap.uring.SubmissionQueue;

/**
 * Writes packets through a ring: all that are claimed go to the kernel together, those of several segments among the
 * others.
 */
final class RingSender implements Sender {

    private final RingDriver driver;
    private final SubmissionQueue submission;
    private final PacketPool pool;
    private final IoVectors vectors = new IoVectors(PacketPool.MAX_SEGMENTS + 1);
    /** For packets without room for a header of their own. */
    private final Memory blankHeader = Memory.allocate(VnetHeader.LENGTH);

    RingSender(RingDriver driver, PacketPool pool) {
        this.driver = driver;
        this.submission = driver.ownRing().submission();
        this.pool = pool;
    }

    @Override
    public boolean write(int head) {
        Operations entry = submission.claim();
        if (entry == null) {
            return false;
        }
        Sqe sqe;
        if (pool.next(head) == PacketPool.NONE && pool.hasHeadroom(head)) {
            sqe = driver.write(entry, pool.headerAddress(head), VnetHeader.LENGTH + pool.length(head));
        } else {
            sqe = entry.writev(RingDriver.FILE, gather(head), 0).fixedFile();
        }
        sqe.userData(RingDriver.SENT | head);
        return true;
    }

    private IoVectors gather(int head) {
        vectors.clear();
        Gather.packet(pool, head, blankHeader.address(), vectors);
        return vectors;
    }
}
