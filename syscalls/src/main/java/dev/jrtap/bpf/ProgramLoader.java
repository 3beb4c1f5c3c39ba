// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfAttr;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;

/** BPF_PROG_LOAD: first without the verifier's log, which is expensive, and again with it if the program is refused. */
final class ProgramLoader {

    private static final int FIRST_LOG = 1 << 16;
    private static final int LARGEST_LOG = 1 << 24;
    private static final int MOST_TRIES = 5;

    private final Syscalls sys;
    private final ProgramType type;
    private final Code code;
    private final Memory instructions;
    private final Memory license;
    private final Memory attributes = Memory.allocate(BpfAttr.SIZEOF);

    ProgramLoader(Syscalls sys, ProgramType type, Code code) {
        this.sys = sys;
        this.type = type;
        this.code = code;
        this.instructions = code.memory(true);
        this.license = Memory.ofString(code.license());
        attributes.putI32(BpfAttr.PROG_TYPE, type.number());
        attributes.putI32(BpfAttr.INSN_CNT, code.size());
        attributes.putI64(BpfAttr.INSNS, instructions.address());
        attributes.putI64(BpfAttr.LICENSE, license.address());
        attributes.putString(BpfAttr.PROG_NAME, code.name());
    }

    /** Loads the program. */
    Fd load() throws ErrnoException {
        int result = call();
        String log = "";
        for (int size = FIRST_LOG; result < 0 && size <= LARGEST_LOG; size *= 4) {
            Memory buffer = Memory.allocate(size);
            attributes.putI32(BpfAttr.LOG_LEVEL, 1);
            attributes.putI32(BpfAttr.LOG_SIZE, size);
            attributes.putI64(BpfAttr.LOG_BUF, buffer.address());
            int again = call();
            log = buffer.getString(0, size);
            // ENOSPC: the log is longer. The first answer is the one that counts then.
            if (again != -Errno.ENOSPC) {
                result = again;
                break;
            }
        }
        Fd program = result < 0 ? null : Fd.own(sys, result);
        try {
            // A map closed in the meantime by another thread may have left its number to another map. One that is still
            // open had it all the time.
            code.requireMaps();
        } catch (Throwable e) {
            if (program != null) {
                program.close();
            }
            throw e;
        }
        if (program == null) {
            throw refusal(-result, log);
        }
        return program;
    }

    /** Returns the kernel gives up with EAGAIN when a signal comes in, and the JVM uses some. */
    private int call() {
        int result = -Errno.EAGAIN;
        for (int i = 0; i < MOST_TRIES && result == -Errno.EAGAIN; i++) {
            result = sys.bpf(Bpf.BPF_PROG_LOAD, attributes.address(), attributes.size());
        }
        instructions.keepAlive();
        license.keepAlive();
        attributes.keepAlive();
        return result;
    }

    private ErrnoException refusal(int errno, String log) {
        String call = "bpf(BPF_PROG_LOAD, type=" + type + ", name=" + code.name() + ", insn_cnt=" + code.size() + ")";
        return log.isBlank()
                ? ErrnoException.of(-errno, call, BpfRights.hint(errno))
                : VerifierException.of(errno, call, code, type, log);
    }
}
