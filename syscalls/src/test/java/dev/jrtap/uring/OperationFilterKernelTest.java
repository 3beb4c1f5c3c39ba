// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.BpfCommon;
import dev.jrtap.bindings.BpfFilter;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUringBpf;
import dev.jrtap.bindings.IoUringBpfFilter;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.Openat2;
import dev.jrtap.bindings.SockFilter;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.SockAddr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that look at what an operation is told, for a ring and for a thread, as in liburing's cbpf_filter. */
@Timeout(20)
class OperationFilterKernelTest {

    // struct io_uring_bpf_ctx, linux/io_uring/bpf_filter.h.
    private static final int SOCKET_FAMILY = 16;
    private static final int SOCKET_TYPE = 20;
    private static final int OPEN_FLAGS = 16;
    private static final int OPEN_RESOLVE = 32;
    private static final int CONNECT_FAMILY = 16;
    private static final int CONNECT_PORT = 20;
    private static final int CONNECT_ADDRESS = 24;
    private static final int SOCKET_BYTES = 12;
    private static final int CONNECT_BYTES = 24;

    private static final int LOAD = BpfCommon.BPF_LD | BpfCommon.BPF_W | BpfCommon.BPF_ABS;
    private static final int AND = BpfCommon.BPF_ALU | BpfCommon.BPF_AND | BpfCommon.BPF_K;
    private static final int IF_EQUAL = BpfCommon.BPF_JMP | BpfCommon.BPF_JEQ | BpfCommon.BPF_K;
    private static final int RETURN = BpfCommon.BPF_RET | BpfCommon.BPF_K;

    /** Allows an operation whose field, masked, is the value. */
    private static Memory onlyWith(int field, int mask, int value) {
        Memory program = Memory.allocate(5 * SockFilter.SIZEOF);
        put(program, 0, LOAD, 0, field);
        put(program, 1, AND, 0, mask);
        // If not equal over what allows.
        put(program, 2, IF_EQUAL, 1, value);
        put(program, 3, RETURN, 0, 1);
        put(program, 4, RETURN, 0, 0);
        return program;
    }

    private static Memory always(int answer) {
        Memory program = Memory.allocate(SockFilter.SIZEOF);
        put(program, 0, RETURN, 0, answer);
        return program;
    }

    private static void put(Memory program, int index, int code, int jumpIfFalse, int k) {
        int at = index * SockFilter.SIZEOF;
        program.putI16(at + SockFilter.CODE, code);
        program.putI8(at + SockFilter.JF, jumpIfFalse);
        program.putI32(at + SockFilter.K, k);
    }

    private static final Memory ONLY_IPV4 = onlyWith(SOCKET_FAMILY, -1, SysSocket.AF_INET);
    private static final Memory ONLY_STREAMS = onlyWith(SOCKET_TYPE, 0xf, SysSocket.SOCK_STREAM);

    private static Ring ring() throws IOException {
        return Ring.builder().entries(8).build();
    }

    private static void assertSocket(Ring ring, int family, int type, boolean isAllowed) {
        ring.submission().claim().socket(family, type, 0);
        int result = Results.next(ring).result();
        if (isAllowed) {
            assertThat(result).isNotNegative();
            ring.submission().claim().close(result);
            assertThat(Results.next(ring).result()).isZero();
        } else {
            assertThat(result).isEqualTo(-Errno.EACCES);
        }
    }

    private static int nop(Ring ring) {
        ring.submission().claim().nop();
        return Results.next(ring).result();
    }

    @Test
    void aProgramSeesWhatSocketIsAskedFor() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Refusals.require("operation filters", "7.0", () -> ring.register().filter(Operation.SOCKET, ONLY_IPV4));
            assertSocket(ring, SysSocket.AF_INET, SysSocket.SOCK_STREAM, true);
            assertSocket(ring, SysSocket.AF_INET, SysSocket.SOCK_DGRAM, true);
            assertSocket(ring, SysSocket.AF_INET6, SysSocket.SOCK_STREAM, false);
            assertSocket(ring, SysSocket.AF_UNIX, SysSocket.SOCK_STREAM, false);
            // A second one is asked, too: all must allow.
            ring.register().filter(Operation.SOCKET, ONLY_STREAMS);
            assertSocket(ring, SysSocket.AF_INET, SysSocket.SOCK_STREAM | SysSocket.SOCK_CLOEXEC, true);
            assertSocket(ring, SysSocket.AF_INET, SysSocket.SOCK_DGRAM, false);
            assertSocket(ring, SysSocket.AF_INET6, SysSocket.SOCK_STREAM, false);
            ring.register().filter(Operation.SOCKET, always(1));
            assertSocket(ring, SysSocket.AF_INET, SysSocket.SOCK_DGRAM, false);
        }
    }

    @Test
    void aProgramSeesHowAFileIsOpened(@TempDir Path directory) throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Refusals.require(
                    "operation filters",
                    "7.0",
                    () -> ring.register().filter(Operation.OPENAT, onlyWith(OPEN_FLAGS, Fcntl.O_CREAT, 0)));
            String path = directory.resolve("new").toString();
            ring.submission().claim().openat(Fcntl.AT_FDCWD, path, Fcntl.O_CREAT | Fcntl.O_WRONLY, 0600);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EACCES);
            ring.submission().claim().openat(Fcntl.AT_FDCWD, path, Fcntl.O_WRONLY, 0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENOENT);
        }
    }

    @Test
    void aProgramSeesHowAPathIsResolved() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Memory notInRoot = onlyWith(OPEN_RESOLVE, Openat2.RESOLVE_IN_ROOT, 0);
            Refusals.require("operation filters", "7.0", () -> ring.register().filter(Operation.OPENAT2, notInRoot));
            for (int resolve : new int[] {Openat2.RESOLVE_IN_ROOT, Openat2.RESOLVE_NO_SYMLINKS, 0}) {
                ring.submission().claim().openat2(Fcntl.AT_FDCWD, "/", Fcntl.O_RDONLY, 0, resolve);
                int result = Results.next(ring).result();
                if (resolve == Openat2.RESOLVE_IN_ROOT) {
                    assertThat(result).isEqualTo(-Errno.EACCES);
                } else {
                    assertThat(result).isNotNegative();
                    Fd.own(result).close();
                }
            }
        }
    }

    /** Each field of the address by itself, and all of them: of several programs all must allow. */
    @Test
    void aProgramSeesWhereASocketConnects() throws IOException {
        SockAddr one = Sockets.ipv4(80);
        SockAddr otherPort = Sockets.ipv4(22);
        SockAddr otherHost = Sockets.address("127.42.0.1", 80);
        SockAddr sameNet = Sockets.address("127.0.0.99", 80);
        SockAddr six = Sockets.ipv6(80);
        SockAddr sixElsewhere = Sockets.address("::2", 80);
        SockAddr unix = SockAddr.ofUnixAbstract("nobody listens");
        assertConnects(onlyWith(CONNECT_FAMILY, -1, SysSocket.AF_INET), List.of(one, otherHost), List.of(six, unix));
        assertConnects(onlyWith(CONNECT_PORT, -1, bytes(0, 80, 0, 0)), List.of(one, six), List.of(otherPort, unix));
        assertConnects(
                onlyWith(CONNECT_ADDRESS, -1, bytes(127, 0, 0, 1)), List.of(one, otherPort), List.of(sameNet, six));
        assertConnects(
                onlyWith(CONNECT_ADDRESS, bytes(255, 255, 255, 0), bytes(127, 0, 0, 0)),
                List.of(one, sameNet),
                List.of(otherHost));
        assertConnects(
                onlyWith(CONNECT_ADDRESS + 3 * Integer.BYTES, -1, bytes(0, 0, 0, 1)),
                List.of(six),
                List.of(sixElsewhere));
    }

    /** An address that is too short is no part of the one before it, which the kernel still has. */
    @Test
    void aProgramSeesNothingOfAnAddressThatIsTooShort() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                Fd socket = Sockets.open(SysSocket.AF_INET, Sockets.STREAM)) {
            Memory noFamily = onlyWith(CONNECT_FAMILY, -1, 0);
            Refusals.require("operation filters", "7.0", () -> ring.register().filter(Operation.CONNECT, noFamily));
            int size = sizeOfContext(ring, Operation.CONNECT, CONNECT_BYTES, STRICT)
                    .result();
            Feature.require("operation filters", size == 0, "those of CONNECT need Linux 7.2 or newer");
            assertThat(connect(ring, Sockets.ipv4(1))).isEqualTo(-Errno.EACCES);
            ring.submission().claim().connect(socket.fd(), Sockets.ipv4(1)).put64(IoUringSqe.ADDR2, 1);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
        }
    }

    /** Four bytes of an address as a program loads them. */
    private static int bytes(int a, int b, int c, int d) {
        return a | b << 8 | c << 16 | d << 24;
    }

    private static void assertConnects(Memory program, List<SockAddr> allowed, List<SockAddr> denied)
            throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Refusals.require("operation filters", "7.0", () -> ring.register().filter(Operation.CONNECT, program));
            int size = sizeOfContext(ring, Operation.CONNECT, CONNECT_BYTES, STRICT)
                    .result();
            Feature.require("operation filters", size == 0, "those of CONNECT need Linux 7.2 or newer");
            for (SockAddr to : allowed) {
                assertThat(connect(ring, to)).as("to %s", to).isNotEqualTo(-Errno.EACCES);
            }
            for (SockAddr to : denied) {
                assertThat(connect(ring, to)).as("to %s", to).isEqualTo(-Errno.EACCES);
            }
        }
    }

    private static int connect(Ring ring, SockAddr to) {
        try (Fd socket = Sockets.open(to.family(), Sockets.STREAM)) {
            ring.submission().claim().connect(socket.fd(), to);
            return Results.next(ring).result();
        }
    }

    /** What the kernel makes of the size that a program was written for. */
    private record Sized(int result, int size) {}

    private static final int STRICT = BpfFilter.IO_URING_BPF_FILTER_SZ_STRICT;

    private static Sized sizeOfContext(Ring ring, Operation operation, int size, int flags) {
        Memory program = always(1);
        Memory argument = OperationFilter.argument(operation, program, flags);
        argument.putI8(IoUringBpf.FILTER + IoUringBpfFilter.PDU_SIZE, size);
        int result = ring.fd().tryRegister(RegisterOperation.BPF_FILTER.opcode(), argument, 1);
        program.keepAlive();
        return new Sized(result, argument.getU8(IoUringBpf.FILTER + IoUringBpfFilter.PDU_SIZE));
    }

    @Test
    void theKernelSaysHowMuchAProgramSees() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Refusals.require("operation filters", "7.0", () -> ring.register().filter(Operation.SOCKET, always(1)));
            assertThat(sizeOfContext(ring, Operation.SOCKET, 24, 0))
                    .as("too large")
                    .isEqualTo(new Sized(-Errno.EMSGSIZE, SOCKET_BYTES));
            assertThat(sizeOfContext(ring, Operation.SOCKET, 8, STRICT))
                    .as("smaller, and strict")
                    .isEqualTo(new Sized(-Errno.EMSGSIZE, SOCKET_BYTES));
            assertThat(sizeOfContext(ring, Operation.SOCKET, 8, 0))
                    .as("smaller")
                    .isEqualTo(new Sized(0, SOCKET_BYTES));
            assertThat(sizeOfContext(ring, Operation.SOCKET, SOCKET_BYTES, STRICT))
                    .isEqualTo(new Sized(0, SOCKET_BYTES));
        }
    }

    @Test
    void whatHasNoProgramIsDeniedIfToldSo() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Refusals.require(
                    "operation filters", "7.0", () -> ring.register().filterAndDenyRest(Operation.NOP, always(1)));
            assertThat(nop(ring)).isZero();
            assertSocket(ring, SysSocket.AF_INET, SysSocket.SOCK_STREAM, false);
        }
    }

    /** Each thread that a limited one starts has its limits, and can limit itself further, not less. */
    @Test
    void aThreadInheritsWhatItIsDenied() throws Exception {
        Uring.require();
        onThread(() -> {
            Refusals.require("operation filters", "7.0", () -> TaskLimits.filter(Operation.NOP, always(0), false));
            TaskLimits.filter(Operation.SOCKET, ONLY_IPV4, false);
            return onThread(() -> {
                TaskLimits.filter(Operation.NOP, always(1), false);
                TaskLimits.filter(Operation.SOCKET, ONLY_STREAMS, false);
                try (Ring ring = ring()) {
                    assertThat(nop(ring)).isEqualTo(-Errno.EACCES);
                    assertSocket(ring, SysSocket.AF_INET, SysSocket.SOCK_STREAM, true);
                    assertSocket(ring, SysSocket.AF_INET, SysSocket.SOCK_DGRAM, false);
                    assertSocket(ring, SysSocket.AF_INET6, SysSocket.SOCK_STREAM, false);
                }
                return null;
            });
        });
        try (Ring ring = ring()) {
            assertThat(nop(ring)).as("other threads").isZero();
        }
    }

    /** Limits never end, so each test spends threads. */
    private static Void onThread(Callable<Void> action) throws Exception {
        FutureTask<Void> task = new FutureTask<>(action);
        new Thread(task).start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }
}
