// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.jrtap.bindings.Iovec;
import dev.jrtap.bindings.LibcCalls;
import dev.jrtap.bindings.Msghdr;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.TestLibc;
import dev.jrtap.memory.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import jnr.constants.platform.Signal;
import jnr.constants.platform.SocketLevel;
import jnr.constants.platform.SocketOption;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls that a signal interrupts while they wait. HotSpot's handlers have SA_RESTART, which calls on sockets with a
 * timeout do not heed, see signal(7): each of them is seen to answer EINTR by itself, and to go on when it is made
 * through {@link Syscalls}.
 */
@Timeout(60)
class InterruptedCallsTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final POSIX POSIX = POSIXFactory.getNativePOSIX();
    /** Sets HotSpot's handler, where the native one would call Java inside the call that is interrupted. */
    private static final POSIX SIGNALS_OF_JAVA = POSIXFactory.getJavaPOSIX();

    private static final Signal SIGNAL = Signal.SIGWINCH;
    private static final int SIGNALS = 10;
    private static final int DONT_WAIT = SysSocket.MSG_DONTWAIT;
    private static final long TIMEOUT_SECONDS = 30;
    private static final int SIZE = 64;
    private static final Memory BUFFER = Memory.allocate(SIZE);
    private static final Memory VECTOR = Memory.allocate(Iovec.SIZEOF);
    private static final Memory MESSAGE = Memory.allocate(Msghdr.SIZEOF);
    private static final SockAddr NAME = SockAddr.ofUnixAbstract("jrtap-interrupted");

    /** A socket on which a call waits, with a timeout, until {@code satisfy} is run. */
    private record Scene(Fd fd, Runnable satisfy, List<Fd> fds) implements AutoCloseable {

        static Scene nothingToRead() {
            Sockets.Pair pair = Sockets.pair(Sockets.STREAM);
            return of(pair.left(), () -> Sockets.write(pair.right(), "x"), pair.right());
        }

        static Scene noRoom() {
            Sockets.Pair pair = Sockets.pair(Sockets.STREAM);
            Memory block = Memory.allocate(4096);
            while (SYS.send(pair.left().fd(), block.address(), block.size(), DONT_WAIT) > 0) {}
            return of(
                    pair.left(),
                    () -> {
                        while (SYS.recv(pair.right().fd(), block.address(), block.size(), DONT_WAIT) > 0) {}
                    },
                    pair.right());
        }

        static Scene nobodyConnects() {
            Fd listener = Sockets.listener(Sockets.ipv4(0));
            Fd other = Sockets.open(Sockets.INET, Sockets.STREAM);
            return of(listener, () -> connect(other, listener), other);
        }

        /** A listener that accepts one connection at the most before {@code satisfy}. */
        static Scene manyConnect(SockAddr address) {
            Fd listener = Sockets.bound(address, Sockets.STREAM);
            Sockets.check(SYS.listen(listener.fd(), 0), "listen");
            Fd first = Sockets.open(Sockets.UNIX, Sockets.STREAM);
            connect(first, listener);
            Fd second = Sockets.open(Sockets.UNIX, Sockets.STREAM);
            return of(
                    second,
                    () -> Fd.own(SYS, SYS.accept4(listener.fd(), 0, 0, 0)).close(),
                    listener,
                    first);
        }

        private static void connect(Fd fd, Fd listener) {
            SockAddr name = Sockets.nameOf(listener);
            Sockets.check(SYS.connect(fd.fd(), name.memory().address(), name.length()), "connect");
            name.memory().keepAlive();
        }

        private static Scene of(Fd fd, Runnable satisfy, Fd... others) {
            List<Fd> all = new ArrayList<>(List.of(others));
            all.add(fd);
            for (SocketOption timeout : List.of(SocketOption.SO_RCVTIMEO, SocketOption.SO_SNDTIMEO)) {
                // struct timeval
                Memory seconds = Memory.allocate(2 * Long.BYTES);
                seconds.putI64(0, TIMEOUT_SECONDS);
                Sockets.check(
                        SYS.setsockopt(
                                fd.fd(),
                                SocketLevel.SOL_SOCKET.intValue(),
                                timeout.intValue(),
                                seconds.address(),
                                seconds.size()),
                        "setsockopt");
                seconds.keepAlive();
            }
            return new Scene(fd, satisfy, all);
        }

        @Override
        public void close() {
            fds.forEach(Fd::close);
        }
    }

    private interface Call {
        long on(int fd);
    }

    @BeforeAll
    static void prepare() {
        VECTOR.putI64(Iovec.IOV_BASE, BUFFER.address());
        VECTOR.putI64(Iovec.IOV_LEN, SIZE);
        MESSAGE.putI64(Msghdr.MSG_IOV, VECTOR.address());
        MESSAGE.putI64(Msghdr.MSG_IOVLEN, 1);
        // Stays: a window's change of size means nothing to tests.
        SIGNALS_OF_JAVA.signal(SIGNAL, number -> {});
    }

    private static Arguments of(String name, Supplier<Scene> scene, Call bare, Call retried) {
        return arguments(name, scene, bare, retried);
    }

    static Stream<Arguments> calls() {
        long buffer = BUFFER.address();
        long vector = VECTOR.address();
        long message = MESSAGE.address();
        long name = NAME.memory().address();
        int nameLength = NAME.length();
        return Stream.of(
                of(
                        "read",
                        Scene::nothingToRead,
                        fd -> LibcCalls.read(fd, buffer, SIZE),
                        fd -> SYS.read(fd, buffer, SIZE)),
                of("readv", Scene::nothingToRead, fd -> LibcCalls.readv(fd, vector, 1), fd -> SYS.readv(fd, vector, 1)),
                of(
                        "recv",
                        Scene::nothingToRead,
                        fd -> LibcCalls.recv(fd, buffer, SIZE, 0),
                        fd -> SYS.recv(fd, buffer, SIZE, 0)),
                of(
                        "recvmsg",
                        Scene::nothingToRead,
                        fd -> LibcCalls.recvmsg(fd, message, 0),
                        fd -> SYS.recvmsg(fd, message, 0)),
                of("write", Scene::noRoom, fd -> LibcCalls.write(fd, buffer, SIZE), fd -> SYS.write(fd, buffer, SIZE)),
                of("writev", Scene::noRoom, fd -> LibcCalls.writev(fd, vector, 1), fd -> SYS.writev(fd, vector, 1)),
                of(
                        "send",
                        Scene::noRoom,
                        fd -> LibcCalls.send(fd, buffer, SIZE, 0),
                        fd -> SYS.send(fd, buffer, SIZE, 0)),
                of(
                        "sendmsg",
                        Scene::noRoom,
                        fd -> LibcCalls.sendmsg(fd, message, 0),
                        fd -> SYS.sendmsg(fd, message, 0)),
                of(
                        "accept4",
                        Scene::nobodyConnects,
                        fd -> LibcCalls.accept4(fd, 0, 0, 0),
                        fd -> SYS.accept4(fd, 0, 0, 0)),
                of(
                        "connect",
                        () -> Scene.manyConnect(NAME),
                        fd -> LibcCalls.connect(fd, name, nameLength),
                        fd -> SYS.connect(fd, name, nameLength)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void goesOnAfterASignal(String name, Supplier<Scene> opener, Call bare, Call retried) throws Exception {
        try (Scene scene = opener.get()) {
            Waiting interrupted = new Waiting(bare, scene);
            while (!interrupted.result.isDone()) {
                interrupted.signal();
            }
            assertThat(interrupted.result.get()).isEqualTo(-Errno.EINTR);
        }
        try (Scene scene = opener.get()) {
            Waiting waiting = new Waiting(retried, scene);
            for (int i = 0; i < SIGNALS; i++) {
                waiting.signal();
            }
            waiting.awaitSleep();
            assertThat(waiting.result).isNotDone();
            scene.satisfy.run();
            long result = waiting.result.get();
            assertThat(result).isNotNegative();
            if (name.equals("accept4")) {
                LibcCalls.close((int) result);
            }
        }
    }

    /** A thread in a call. */
    private static final class Waiting {
        private final CompletableFuture<Long> result = new CompletableFuture<>();
        private final CompletableFuture<Integer> task = new CompletableFuture<>();

        Waiting(Call call, Scene scene) {
            Thread thread = new Thread(() -> {
                try {
                    // "4711/task/4712"
                    task.complete(Integer.valueOf(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                            .getFileName()
                            .toString()));
                    result.complete(call.on(scene.fd.fd()));
                } catch (IOException | RuntimeException | Error e) {
                    task.completeExceptionally(e);
                    result.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        /**
         * Interrupts it once it sleeps; a JVM that was not warm may have slept for a reason of its own, so come again.
         */
        void signal() throws Exception {
            awaitSleep();
            TestLibc.INSTANCE.tgkill(POSIX.getpid(), task.get(), SIGNAL.intValue());
            Thread.sleep(1);
        }

        void awaitSleep() throws Exception {
            Path state = Path.of("/proc/self/task/" + task.get() + "/stat");
            while (!result.isDone() && !sleeps(state)) {
                Thread.sleep(1);
            }
        }

        /** "4712 (name) S …". */
        private static boolean sleeps(Path state) {
            try {
                return Files.readString(state).contains(") S ");
            } catch (IOException e) {
                // The thread has ended, and with it the call.
                return true;
            }
        }
    }
}
