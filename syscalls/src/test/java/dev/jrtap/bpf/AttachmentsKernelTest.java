// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.SkBuff;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.memory.Memory;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs of a TAP device, seen by frames that a packet socket sends through it. */
@Timeout(60)
class AttachmentsKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int TYPE = 0x88b5;
    private static final int TYPE_AT = 12;
    private static final int MARK_AT = 14;
    private static final int FRAME = 60;

    private TapQueue queue;
    private int ifIndex;
    private PacketSocket sender;

    @BeforeEach
    void begin() throws IOException {
        Ebpf.require();
        TunDevice.require();
        queue = open("bpf%d");
        try (RouteSocket route = RouteSocket.open(SYS)) {
            Links links = new Links(route);
            ifIndex = links.get(queue.name()).ifIndex();
            links.up(ifIndex);
        }
        sender = new PacketSocket(ifIndex);
    }

    @AfterEach
    void end() {
        if (queue != null) {
            sender.close();
            queue.close();
        }
    }

    private static TapQueue open(String name) throws ErrnoException {
        return TapQueue.open(SYS, new TapRequest(name, TunMode.TAP, false));
    }

    private static Program load(Assembler program) throws ErrnoException {
        return Program.load(SYS, ProgramType.SOCKET_FILTER, program.assemble());
    }

    private static Program dropAll() throws ErrnoException {
        return load(new Assembler("drop_all").mov(R0, 0).exit());
    }

    /** Returns the byte that marks a frame. */
    private static Program byMark() throws ErrnoException {
        return load(new Assembler("by_mark").mov(R6, R1).ldAbs(B, MARK_AT).exit());
    }

    private void send(int mark) {
        Memory frame = Memory.allocate(FRAME);
        frame.putI64Be(0, 0xffff_ffff_ffff_0200L);
        frame.putI16Be(TYPE_AT, TYPE);
        frame.putI8(MARK_AT, mark);
        assertThat(sender.send(frame)).isEqualTo(FRAME);
    }

    /** The marks of the frames that wait in a queue, without those that the kernel has sent by itself. */
    private static String marks(TapQueue queue) {
        StringBuilder marks = new StringBuilder();
        Memory frame = Memory.allocate(2048);
        long length;
        while ((length = SYS.read(queue.fd(), frame.address(), frame.size())) > 0) {
            int at = TapQueue.VNET_HEADER_LENGTH;
            if (frame.getU16Be(at + TYPE_AT) == TYPE) {
                marks.append(frame.getU8(at + MARK_AT)).append(length == at + FRAME ? " " : "(" + length + ") ");
            }
        }
        frame.keepAlive();
        return marks.toString().trim();
    }

    @Test
    void aFilterDecidesWhatArrives() throws ErrnoException {
        // Frames marked 0 are dropped, one marked 20 is cut to 20 bytes.
        try (Program program = byMark()) {
            Attachments.setFilter(queue, program);
            send(0);
            send(200);
            send(0);
            send(20);
            assertThat(marks(queue)).isEqualTo("200 20(30)");
            Attachments.clearFilter(queue);
            send(0);
            assertThat(marks(queue)).isEqualTo("0");
            Attachments.clearFilter(queue);
        }
    }

    @Test
    void aFilterSeesTheWholeFrameAndCountsInAMap() throws ErrnoException {
        try (ArrayMap lengths = ArrayMap.create(SYS, "lengths", Long.BYTES, 1);
                Program program = load(new Assembler("lengths")
                        .mov(R6, R1)
                        .ldAbs(H, TYPE_AT)
                        .jne(R0, TYPE, "other")
                        .ldx(W, R1, R6, SkBuff.LEN)
                        .ldMapValue(R2, lengths, 0)
                        .atomicAdd(DW, R2, 0, R1)
                        .label("other")
                        .mov(R0, 0)
                        .exit())) {
            Attachments.setFilter(queue, program);
            send(1);
            send(2);
            assertThat(lengths.getI64(0)).isEqualTo(2 * FRAME);
        }
    }

    /** What the javadoc tells: the program is the device's. */
    @Test
    void aPersistentDeviceKeepsItsFilterForItsNextOwner() throws ErrnoException {
        try (Program program = dropAll()) {
            Attachments.setFilter(queue, program);
        }
        queue.setPersistent(true);
        queue.close();
        queue = open(queue.name());
        queue.setPersistent(false);
        send(1);
        assertThat(marks(queue)).isEmpty();
        Attachments.clearFilter(queue);
        send(2);
        assertThat(marks(queue)).isEqualTo("2");
    }

    @Test
    void aSteeringProgramChoosesTheQueue() throws ErrnoException {
        try (TapQueue second = open(queue.name());
                TapQueue third = open(queue.name());
                Program program = byMark()) {
            Attachments.setSteering(queue, program);
            for (int mark = 0; mark < 9; mark++) {
                send(mark);
            }
            assertThat(marks(queue)).isEqualTo("0 3 6");
            assertThat(marks(second)).isEqualTo("1 4 7");
            assertThat(marks(third)).isEqualTo("2 5 8");
            Attachments.clearSteering(queue);
            for (int mark = 1; mark < 4; mark++) {
                send(mark);
            }
            assertThat(List.of(marks(queue), marks(second), marks(third))).containsOnly("1 2 3", "");
        }
    }

    /** They go past the filter of the device, straight into a queue. */
    @Test
    void liveFramesAreSentByXdp() throws ErrnoException {
        Feature.require(
                "live frames",
                BpfCapabilities.probe().features().contains(BpfFeature.LIVE_FRAMES),
                "Linux 5.18 or newer is needed");
        Assembler redirect = new Assembler("redirect")
                .mov(R1, ifIndex)
                .mov(R2, 0)
                .call(Helper.REDIRECT)
                .exit();
        try (Program drop = dropAll();
                Program program = Program.load(SYS, ProgramType.XDP, redirect.assemble())) {
            Attachments.setFilter(queue, drop);
            Memory frame = Memory.allocate(FRAME);
            frame.putI16Be(TYPE_AT, TYPE);
            frame.putI8(MARK_AT, 7);
            new TestRun(program).sendLive(frame, 100, 64);
            assertThat(marks(queue).split(" ")).hasSize(100).containsOnly("7");
        }
    }

    @Test
    void aFilterOfASocketDecidesWhatItReceives() throws ErrnoException {
        try (Sockets.Pair pair = Sockets.pair(Sockets.DATAGRAM);
                Program drop = dropAll()) {
            Attachments.setFilter(pair.right(), drop);
            Sockets.write(pair.left(), "dropped");
            assertThat(received(pair.right())).isEqualTo(-Errno.EAGAIN);
            Attachments.clearFilter(pair.right());
            Sockets.write(pair.left(), "arrives");
            assertThat(received(pair.right())).isEqualTo(7);
            Attachments.clearFilter(pair.right());
        }
    }

    private static long received(Fd socket) {
        Memory buffer = Memory.allocate(64);
        long result = SYS.recv(socket.fd(), buffer.address(), buffer.size(), SysSocket.MSG_DONTWAIT);
        buffer.keepAlive();
        return result;
    }

    @Test
    void whatCannotBeAttachedIsRefused() throws ErrnoException {
        try (Program xdp = Program.load(
                SYS, ProgramType.XDP, new Assembler("xdp").mov(R0, 2).exit().assemble())) {
            assertThatThrownBy(() -> Attachments.setFilter(queue, xdp))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a program of type SOCKET_FILTER is needed: program xdp (XDP)");
            assertThatThrownBy(() -> Attachments.setSteering(queue, xdp)).isInstanceOf(IllegalArgumentException.class);
        }
        Program closed = dropAll();
        closed.close();
        assertThatThrownBy(() -> Attachments.setFilter(queue, closed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("program drop_all (SOCKET_FILTER) is closed");
        try (Program program = dropAll();
                RouteSocket route = RouteSocket.open(SYS)) {
            new Links(route).delete(ifIndex);
            assertThatThrownBy(() -> Attachments.setFilter(queue, program))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageStartingWith("EBADFD: ioctl(fd=")
                    .hasMessageEndingWith(": the device is gone");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
