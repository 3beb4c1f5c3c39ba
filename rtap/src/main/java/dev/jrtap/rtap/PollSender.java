// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.tuntap.VnetHeader;

/** Writes a packet with each call. */
final class PollSender implements Sender {

    private final PollDriver driver;
    private final PacketPool pool;
    private final WriteCompletion tx;
    private final IoVectors vectors = new IoVectors(PacketPool.MAX_SEGMENTS + 1);
    private final Memory blankHeader = Memory.allocate(VnetHeader.LENGTH);

    PollSender(PollDriver driver, PacketPool pool, WriteCompletion tx) {
        this.driver = driver;
        this.pool = pool;
        this.tx = tx;
    }

    @Override
    public boolean write(int head) {
        long result;
        if (pool.next(head) == PacketPool.NONE && pool.hasHeadroom(head)) {
            int length = VnetHeader.LENGTH + pool.length(head);
            result = driver.syscalls().write(driver.fd(), pool.headerAddress(head), length);
        } else {
            Gather.packet(pool, head, blankHeader.address(), vectors.clear());
            result = driver.syscalls().writev(driver.fd(), vectors.address(), vectors.count());
        }
        if (result == -Errno.EAGAIN) {
            return false;
        }
        tx.sent(head, (int) result);
        return true;
    }
}
