// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import com.kenai.jffi.PageManager;
import dev.jrtap.bindings.Bpf;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;

/** Trials: each makes something small and closes it. */
final class BpfProbe {

    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
    private static final int FRAME = 64;

    private final Syscalls sys;

    BpfProbe(Syscalls sys) {
        this.sys = sys;
    }

    /** Loads the smallest program of a type. */
    void trial(ProgramType type) throws ErrnoException {
        Program.load(sys, type, result(0)).close();
    }

    private static Code result(int value) {
        return new Assembler("trial").mov(Register.R0, value).exit().assemble();
    }

    boolean has(BpfFeature feature) {
        try {
            return switch (feature) {
                case MAPPED_ARRAY -> mapsArray();
                case RING_BUFFER -> makesRing();
                case FETCHING_ATOMICS -> fetches();
                case LIVE_FRAMES -> sendsLive();
                case JIT -> isJited();
                case BTF -> Files.isReadable(BTF);
            };
        } catch (ErrnoException e) {
            return false;
        }
    }

    private boolean mapsArray() throws ErrnoException {
        MappedArrayMap.create(sys, "trial", Long.BYTES, 1).close();
        return true;
    }

    private boolean makesRing() throws ErrnoException {
        RingBuffer.create(sys, "trial", (int) PageManager.getInstance().pageSize())
                .close();
        return true;
    }

    private boolean fetches() throws ErrnoException {
        Assembler trial = new Assembler("trial")
                .mov(Register.R0, 0)
                .stx(Size.DW, Register.R10, -Long.BYTES, Register.R0)
                .fetchAdd(Size.DW, Register.R10, -Long.BYTES, Register.R0)
                .exit();
        Program.load(sys, ProgramType.SOCKET_FILTER, trial.assemble()).close();
        return true;
    }

    private boolean sendsLive() throws ErrnoException {
        try (Program drop = Program.load(sys, ProgramType.XDP, result(Bpf.XDP_DROP))) {
            new TestRun(drop).sendLive(Memory.allocate(FRAME), 1, 1);
            return true;
        }
    }

    private boolean isJited() throws ErrnoException {
        try (Program program = Program.load(sys, ProgramType.SOCKET_FILTER, result(0))) {
            return program.isJited();
        }
    }

    /**
     * Returns the helpers that the verifier knows for a type: it looks for the helper first, and at its arguments then.
     */
    EnumSet<Helper> helpers(ProgramType type) {
        EnumSet<Helper> helpers = EnumSet.noneOf(Helper.class);
        for (Helper helper : Helper.values()) {
            Code code = new Assembler("trial")
                    .license("GPL")
                    .call(helper)
                    .mov(Register.R0, 0)
                    .exit()
                    .assemble();
            try {
                Program.load(sys, type, code).close();
                helpers.add(helper);
            } catch (VerifierException e) {
                if (!e.lacksHelper()) {
                    helpers.add(helper);
                }
            } catch (ErrnoException e) {
                // Not allowed at all.
                return EnumSet.noneOf(Helper.class);
            }
        }
        return helpers;
    }
}
