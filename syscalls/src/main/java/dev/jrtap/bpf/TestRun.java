// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfAttr;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;

/**
 * Runs a program with packets of the caller's: to test it, and to send frames.
 *
 * <pre>{@code
 * TestRun run = new TestRun(program);
 * int verdict = run.run(packet);
 * }</pre>
 *
 * <p>A socket filter sees such a packet from its network header on, 14 bytes later than a filter of a TAP device does;
 * a program of another type sees the whole frame.
 *
 * <p>Makes no garbage.
 *
 * <p>Threads: one at a time. A close of the program waits for a run.
 *
 * <p>Source: Documentation/bpf/bpf_prog_run.rst.
 */
public final class TestRun {

    /** The least that the kernel takes: an Ethernet header. */
    public static final int SHORTEST = 14;

    private static final int MOST_FRAMES_AT_ONCE = 256;

    private final Program program;
    private final Syscalls sys;
    private final Memory attributes = Memory.allocate(BpfAttr.SIZEOF);

    /** Of a program that stays open as long as this is used. */
    public TestRun(Program program) {
        this.program = program;
        this.sys = program.syscalls();
    }

    /**
     * Runs the program once.
     *
     * @param packet an Ethernet frame, from {@value #SHORTEST} bytes on; unchanged
     * @return its result, with the meaning that {@link ProgramType} has for it
     * @throws ErrnoException EINVAL if the frame is too short or too long
     */
    public int run(Memory packet) throws ErrnoException {
        return run(packet, 1);
    }

    /**
     * Like {@link #run(Memory)}, many times.
     *
     * @param times from 1 on
     * @return the last result; {@link #averageNanos} tells how long one took
     */
    public int run(Memory packet, int times) throws ErrnoException {
        return run(packet, times, 0, 0);
    }

    /**
     * Like {@link #run(Memory)}.
     *
     * @param changed gets the packet as the program leaves it; {@link #changedLength} tells how long that is
     * @throws ErrnoException ENOSPC if there is no room for it
     */
    public int run(Memory packet, Memory changed) throws ErrnoException {
        int result = run(packet, 1, changed.address(), changed.size());
        changed.keepAlive();
        return result;
    }

    private int run(Memory packet, int times, long out, int room) throws ErrnoException {
        positive("times", times);
        synchronized (program) {
            begin(packet, times);
            attributes.putI64(BpfAttr.TEST_DATA_OUT, out);
            attributes.putI32(BpfAttr.TEST_DATA_SIZE_OUT, room);
            call(packet, "");
        }
        return attributes.getI32(BpfAttr.TEST_RETVAL);
    }

    /** Nanoseconds that one of the last runs took. */
    public int averageNanos() {
        return attributes.getI32(BpfAttr.TEST_DURATION);
    }

    /** Bytes of the packet after the last run. */
    public int changedLength() {
        return attributes.getI32(BpfAttr.TEST_DATA_SIZE_OUT);
    }

    /**
     * Runs an XDP program with frames that are real afterwards: XDP_PASS hands them to the network stack as if the
     * loopback interface had received them, XDP_TX and XDP_REDIRECT send them. Into a TAP device they go past its
     * filter and steering programs, straight into a queue. Since Linux 5.18.
     *
     * <p>The call returns when all are sent, and takes some 30 ms to begin and end: it suits many frames at a time.
     *
     * @param frame what each of them begins as; the program may change it
     * @param count how many, from 1 on
     * @param batch how many are made at a time, 1..256
     * @throws ErrnoException EINVAL for another program than XDP's, or before Linux 5.18
     */
    public void sendLive(Memory frame, int count, int batch) throws ErrnoException {
        positive("count", count);
        if (batch < 1 || batch > MOST_FRAMES_AT_ONCE) {
            throw new IllegalArgumentException("1.." + MOST_FRAMES_AT_ONCE + " frames are made at a time: " + batch);
        }
        synchronized (program) {
            begin(frame, count);
            attributes.putI32(BpfAttr.TEST_FLAGS, Bpf.BPF_F_TEST_XDP_LIVE_FRAMES);
            attributes.putI32(BpfAttr.TEST_BATCH_SIZE, batch);
            call(frame, ", flags=TEST_XDP_LIVE_FRAMES, repeat=" + count);
        }
    }

    private void begin(Memory packet, int times) {
        attributes.zero(0, attributes.size());
        attributes.putI32(BpfAttr.TEST_PROG_FD, program.fd());
        attributes.putI64(BpfAttr.TEST_DATA_IN, packet.address());
        attributes.putI32(BpfAttr.TEST_DATA_SIZE_IN, packet.size());
        attributes.putI32(BpfAttr.TEST_REPEAT, times);
    }

    private void call(Memory packet, String what) throws ErrnoException {
        int result = sys.bpf(Bpf.BPF_PROG_TEST_RUN, attributes.address(), attributes.size());
        packet.keepAlive();
        if (result < 0) {
            String call = "bpf(BPF_PROG_TEST_RUN, " + program + ", data_size_in=" + packet.size() + what + ")";
            throw ErrnoException.of(result, call, hint(-result, packet.size()));
        }
    }

    private String hint(int errno, int length) {
        if (errno == Errno.EINVAL) {
            return length < SHORTEST
                    ? "a frame has at least " + SHORTEST + " bytes"
                    : "the frame is longer than a page holds, or the kernel does not know this kind of run: live frames"
                            + " are for XDP programs and came in Linux 5.18";
        }
        return errno == Errno.EINTR ? "a signal came in: some of the runs are done" : BpfRights.hint(errno);
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
    }
}
