// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Register.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A close by another thread in the middle of a call cannot give the call's descriptor to another file. */
@Timeout(60)
class HeldDescriptorsKernelTest {

    /** A use of an object whose descriptor goes to the kernel. */
    private interface Use {
        void make() throws ErrnoException;
    }

    /** Runs something before each call that names a descriptor of bpf(2), while it is armed. */
    private static final class Meddling extends DelegatingSyscalls {

        private Runnable before = () -> {};

        Meddling() {
            super(Syscalls.libc());
        }

        void arm(Runnable once) {
            before = () -> {
                before = () -> {};
                once.run();
            };
        }

        @Override
        public int ioctl(int fd, long request, long argument) {
            before.run();
            return super.ioctl(fd, request, argument);
        }

        @Override
        public int setsockopt(int fd, int level, int option, long value, int length) {
            before.run();
            return super.setsockopt(fd, level, option, value, length);
        }

        @Override
        public int bpf(int command, long attributes, int size) {
            before.run();
            return super.bpf(command, attributes, size);
        }
    }

    private final Meddling sys = new Meddling();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void begin() {
        Ebpf.require();
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T object) {
        opened.add(0, object);
        return object;
    }

    private Program program() throws ErrnoException {
        Code code = new Assembler("drop_all").mov(R0, 0).exit().assemble();
        return opened(Program.load(sys, ProgramType.SOCKET_FILTER, code));
    }

    private ArrayMap map() throws ErrnoException {
        return opened(ArrayMap.create(sys, "map", Long.BYTES, 1));
    }

    @Test
    void aProgramIsHeldByEveryCallWithIt() throws Exception {
        TunDevice.require();
        TapQueue queue = opened(TapQueue.open(sys, new TapRequest("held%d", TunMode.TAP, false)));
        Sockets.Pair pair = opened(Sockets.pair(Sockets.DATAGRAM));
        Fd socket = Fd.own(sys, pair.left().fd());
        Memory frame = Memory.allocate(64);

        Program filter = program();
        held(filter.fd(), filter, () -> Attachments.setFilter(queue, filter));
        Program steering = program();
        held(steering.fd(), steering, () -> Attachments.setSteering(queue, steering));
        Program ofSocket = program();
        held(ofSocket.fd(), ofSocket, () -> Attachments.setFilter(socket, ofSocket));
        Program ran = program();
        held(ran.fd(), ran, () -> new TestRun(ran).run(frame));
        Program asked = program();
        held(asked.fd(), asked, asked::isJited);
    }

    @Test
    void aMapIsHeldByTheArrayThatItIsPutInto() throws Exception {
        ArrayMap like = map();
        held(like.fd(), like, () -> opened(ArrayOfMaps.create(sys, "maps", like, 1)));
        ArrayMap inner = map();
        ArrayOfMaps maps = opened(ArrayOfMaps.create(sys, "maps", inner, 1));
        held(inner.fd(), inner, () -> maps.put(0, inner));
    }

    /** Closes {@code object} in the middle of its use. */
    private void held(int number, AutoCloseable object, Use use) throws Exception {
        boolean[] wasOpen = new boolean[1];
        Thread closer = new Thread(() -> close(object));
        sys.arm(() -> {
            closer.start();
            while (closer.getState() != Thread.State.BLOCKED && closer.isAlive()) {
                Thread.onSpinWait();
            }
            wasOpen[0] = sys.fcntl(number, Fcntl.F_GETFD, 0) >= 0;
        });
        use.make();
        closer.join();
        assertThat(wasOpen[0])
                .as("descriptor of %s in the middle of the call", object)
                .isTrue();
        assertThat(sys.fcntl(number, Fcntl.F_GETFD, 0)).as("and after it").isNegative();
    }

    private static void close(AutoCloseable object) {
        try {
            object.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A program is loaded with many maps: that none was exchanged is checked afterwards. */
    @Test
    void aProgramNeverGetsTheMapThatTookTheNumberOfItsOwn() throws ErrnoException {
        ArrayMap first = map();
        Code code = new Assembler("counts")
                .ldMapValue(R1, first, 0)
                .mov(R0, 0)
                .exit()
                .assemble();
        int number = first.fd();
        List<Integer> programs = new ArrayList<>();
        Syscalls exchanging = new DelegatingSyscalls(sys) {
            @Override
            public int bpf(int command, long attributes, int size) {
                if (command == Bpf.BPF_PROG_LOAD && number(first)) {
                    first.close();
                    try {
                        assertThat(map().fd()).isEqualTo(number);
                    } catch (ErrnoException e) {
                        throw new AssertionError(e);
                    }
                }
                int result = super.bpf(command, attributes, size);
                programs.add(result);
                return result;
            }
        };
        assertThatThrownBy(() -> Program.load(exchanging, ProgramType.SOCKET_FILTER, code))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("map map (ARRAY) is closed");
        assertThat(programs).hasSize(1).allMatch(program -> program >= 0);
        assertThat(sys.fcntl(programs.get(0), Fcntl.F_GETFD, 0))
                .as("the program is closed")
                .isNegative();
    }

    private static boolean number(BpfMap map) {
        try {
            return map.fd() >= 0;
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
