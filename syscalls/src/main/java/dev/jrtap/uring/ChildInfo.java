// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Siginfo;
import dev.jrtap.bindings.SiginfoFields;
import dev.jrtap.bindings.Wait;
import dev.jrtap.memory.Memory;

/**
 * The state change of a child process: the part of siginfo_t that {@link Operations#waitid} fills in. It is the
 * kernel's until the completion, and must stay reachable.
 *
 * <p>Source: waitid(2).
 */
public final class ChildInfo {

    private final Memory memory = Memory.allocate(Siginfo.SIZEOF);

    /** Returns the child; 0 if there was none to tell about, with {@code WNOHANG}. */
    public int pid() {
        return memory.getI32(Siginfo._SIFIELDS + SiginfoFields._SIGCHLD__PID);
    }

    /** Its real user. */
    public int uid() {
        return memory.getI32(Siginfo._SIFIELDS + SiginfoFields._SIGCHLD__UID);
    }

    /**
     * Returns the kind of change: {@link Wait#CLD_EXITED}, {@link Wait#CLD_KILLED}, {@link Wait#CLD_STOPPED} and the
     * like.
     */
    public int code() {
        return memory.getI32(Siginfo.SI_CODE);
    }

    /** Returns the exit status with {@code CLD_EXITED}, otherwise the number of the signal. */
    public int status() {
        return memory.getI32(Siginfo._SIFIELDS + SiginfoFields._SIGCHLD__STATUS);
    }

    Memory memory() {
        return memory;
    }
}
