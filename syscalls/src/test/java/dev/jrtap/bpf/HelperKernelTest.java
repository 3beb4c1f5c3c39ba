// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Register.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kinds of each helper's arguments are the verifier's: what they ask for loads, and something else is refused. */
class HelperKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final List<Register> ARGUMENTS = List.of(R1, R2, R3, R4, R5);
    private static final int BYTES = 8;
    private static final int KEY = -8;
    private static final int VALUE = -16;
    private static final int BUFFER = -24;

    private HashedMap map;
    private RingBuffer ring;
    private ProgramArray programs;

    @BeforeEach
    void begin() throws ErrnoException {
        Ebpf.require();
        map = HashedMap.create(SYS, "map", BYTES, BYTES, 8);
        ring = RingBuffer.create(SYS, "ring", 1 << 16);
        programs = ProgramArray.create(SYS, "programs", 1);
    }

    @AfterEach
    void end() {
        if (map != null) {
            map.close();
            ring.close();
            programs.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Helper.class)
    void loadsWithWhatItAsksFor(Helper helper) throws ErrnoException {
        Ebpf.require(helper, type(helper));
        Code code = program(helper, -1, 0);
        Program.load(SYS, type(helper), code).close();
        assertThat(code.listing()).contains("call bpf_" + helper.name().toLowerCase() + "#" + helper.number());
    }

    @ParameterizedTest
    @EnumSource(Helper.class)
    void aNumberInPlaceOfAPointerIsRefusedAndTold(Helper helper) {
        Ebpf.require(helper, type(helper));
        for (int i = 0; i < helper.arguments().size(); i++) {
            if (helper.arguments().get(i).isPointer()) {
                Code code = program(helper, i, 1);
                assertThatThrownBy(() -> Program.load(SYS, type(helper), code))
                        .isInstanceOf(VerifierException.class)
                        .hasMessageContaining("call bpf_" + helper.name().toLowerCase() + "#")
                        .hasMessageEndingWith("; r" + (i + 1) + " of "
                                + helper.name().toLowerCase() + " is "
                                + helper.arguments().get(i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Helper.class)
    void onlyASizeOrZeroMayBeZero(Helper helper) throws ErrnoException {
        Ebpf.require(helper, type(helper));
        for (int i = 0; i < helper.arguments().size(); i++) {
            Code code = program(helper, i, 0);
            if (helper.arguments().get(i) == Argument.SIZE) {
                assertThatThrownBy(() -> Program.load(SYS, type(helper), code))
                        .isInstanceOf(VerifierException.class)
                        .hasMessageContaining("the verifier refuses instruction")
                        .hasMessageContaining("call bpf_");
            } else if (helper.arguments().get(i) == Argument.SIZE_OR_ZERO) {
                Program.load(SYS, type(helper), code).close();
            }
        }
    }

    private static ProgramType type(Helper helper) {
        return helper.name().startsWith("XDP") ? ProgramType.XDP : ProgramType.SCHED_CLS;
    }

    /** Calls the helper with what it asks for, and with {@code value} in place of the argument {@code wrong}. */
    private Code program(Helper helper, int wrong, int value) {
        Assembler a = new Assembler("calls").license("GPL").mov(R6, R1);
        a.st(Size.DW, R10, KEY, 0).st(Size.DW, R10, VALUE, 0).st(Size.DW, R10, BUFFER, 0);
        boolean takesRecord = helper.arguments().contains(Argument.RECORD);
        if (takesRecord) {
            reserve(a);
            a.mov(R7, R0);
        }
        for (int i = 0; i < helper.arguments().size(); i++) {
            if (i == wrong) {
                a.mov(ARGUMENTS.get(i), value);
            } else {
                load(a, ARGUMENTS.get(i), helper.arguments().get(i));
            }
        }
        a.call(helper);
        if (helper == Helper.RINGBUF_RESERVE) {
            a.jeq(R0, 0, "end").mov(R1, R0).mov(R2, 0).call(Helper.RINGBUF_SUBMIT);
        }
        return a.label("end").mov(R0, 0).exit().assemble();
    }

    private void reserve(Assembler a) {
        a.ldMap(R1, ring).mov(R2, BYTES).mov(R3, 0).call(Helper.RINGBUF_RESERVE).jeq(R0, 0, "end");
    }

    private void load(Assembler a, Register register, Argument kind) {
        switch (kind) {
            case CONTEXT -> a.mov(register, R6);
            case MAP -> a.ldMap(register, map);
            case RING -> a.ldMap(register, ring);
            case PROGRAMS -> a.ldMap(register, programs);
            case KEY -> a.mov(register, R10).add(register, KEY);
            case VALUE -> a.mov(register, R10).add(register, VALUE);
            case READ, WRITTEN -> a.mov(register, R10).add(register, BUFFER);
            case SIZE, SIZE_OR_ZERO, CONSTANT -> a.mov(register, BYTES);
            case RECORD -> a.mov(register, R7);
            case NUMBER -> a.mov(register, 0);
        }
    }
}
