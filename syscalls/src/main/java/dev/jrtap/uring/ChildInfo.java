// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.SiginfoChild;
import dev.jrtap.memory.Memory;

/**
 * What has become of a child process: the part of siginfo_t that {@link Sqe#waitid} fills in. It is the kernel's until the
 * completion, and must stay reachable.
 *
 * <p>Source: waitid(2).
 */
public final class ChildInfo {

    private final Memory memory = Memory.allocate(SiginfoChild.SIZEOF);

    /** The child; 0 if there was none to tell about, with {@code WNOHANG}. */
    public int pid() {
        return memory.getI32(SiginfoChild.SI_PID);
    }

    /** Its real user. */
    public int uid() {
        return memory.getI32(SiginfoChild.SI_UID);
    }

    /** What has happened: {@code CLD_EXITED}, {@code CLD_KILLED}, {@code CLD_STOPPED} and the like. */
    public int code() {
        return memory.getI32(SiginfoChild.SI_CODE);
    }

    /** The exit status with {@code CLD_EXITED}, and else the number of the signal. */
    public int status() {
        return memory.getI32(SiginfoChild.SI_STATUS);
    }

    Memory memory() {
        return memory;
    }
}
