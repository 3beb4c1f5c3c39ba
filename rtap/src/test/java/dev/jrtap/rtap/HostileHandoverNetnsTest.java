// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Cmsghdr;
import dev.jrtap.bindings.Iovec;
import dev.jrtap.bindings.Msghdr;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.UserIds;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.syscall.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Strangers, and peers that do not keep to the protocol: nothing is given to them, and others are served. */
@Timeout(60)
@SuppressWarnings("try") // a server is there as long as its block, and not mentioned in it
class HostileHandoverNetnsTest {

    private static final Syscalls SYS = HandoverNetnsTest.SYS;
    private static final int UID = HandoverNetnsTest.UID;
    private static final SockAddr ADDRESS = HandoverNetnsTest.ADDRESS;
    private static final long PATIENCE_NANOS = HandoverNetnsTest.PATIENCE_NANOS;

    @Test
    void givesNothingToAnotherUser() throws Exception {
        Resources before = HandoverNetnsTest.resources(TapProfile.NAPI_MULTISHOT);
        try (TapLink port = new TapLink(TapProfile.NAPI_MULTISHOT);
                QueueServer server = QueueServer.open(port.rtap, ADDRESS, Set.of(UID + 1))) {
            assertThatThrownBy(() -> SharedQueue.borrow(ADDRESS, 0, RtapConfig.named("x")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("queue 0");
        }
        Resources.assertNothingSince(before);
    }

    /** A process that is another user's says the same as one of ours, and gets not even an answer. */
    @Test
    void givesNothingToAProcessOfAnotherUser() throws Exception {
        UserIds.requireOthers();
        Feature.require("perl", Files.isExecutable(Path.of("/usr/bin/perl")), "it is not installed");
        Resources before = HandoverNetnsTest.resources(TapProfile.NAPI_MULTISHOT);
        try (TapLink port = new TapLink(TapProfile.NAPI_MULTISHOT);
                QueueServer server = HandoverNetnsTest.serve(port)) {
            port.rtap.configure(2, 2);
            assertThat(answerToUser(UID)).isEqualTo("answer of 256 bytes");
            HandoverNetnsTest.awaitFree(port, 1);
            assertThat(answerToUser(65534)).isIn("answer of 0 bytes", "Connection reset by peer");
            port.rtap.openQueue(1, port.pool).close();
        }
        Resources.assertNothingSince(before);
    }

    private static String answerToUser(int uid) throws IOException {
        String script = "socket(S, AF_UNIX, SOCK_SEQPACKET, 0) or die $!;"
                + " connect(S, pack_sockaddr_un(qq(\\0jrtap-handover))) or die $!;"
                + " send(S, pack('LLL', 0x52544150, 1, 1), 0);"
                + " print defined recv(S, $b, 1000, 0) ? 'answer of '.length($b).' bytes' : $!;";
        String user = Integer.toString(uid);
        return Shell.run("setpriv", "--reuid", user, "--clear-groups", "perl", "-MSocket", "-e", script);
    }

    /** Rubbish of all kinds, and after each an honest peer is served. */
    @Test
    void outlivesHostilePeers() throws Exception {
        Resources before = HandoverNetnsTest.resources(TapProfile.NAPI_MULTISHOT);
        try (TapLink port = new TapLink(TapProfile.NAPI_MULTISHOT);
                QueueServer server = HandoverNetnsTest.serve(port);
                EventFd passed = EventFd.open(SYS)) {
            port.rtap.configure(2, 2);
            Memory request = Handover.request(1);
            Memory otherMark = Handover.request(1);
            otherMark.putI32(0, 42);
            Memory otherVersion = Handover.request(1);
            otherVersion.putI32(4, 2);

            assertThat(answer(request, 4, UnixSocket.NO_DESCRIPTOR)).isEmpty();
            assertThat(answer(otherMark, request.size(), UnixSocket.NO_DESCRIPTOR))
                    .isEmpty();
            assertThat(answer(Memory.allocate(60_000), 60_000, UnixSocket.NO_DESCRIPTOR))
                    .isEmpty();
            assertThat(answer(otherVersion, request.size(), UnixSocket.NO_DESCRIPTOR))
                    .contains("the primary speaks version 1 of the handover, and the request has version 2");
            assertThat(answer(Handover.request(-1), request.size(), UnixSocket.NO_DESCRIPTOR))
                    .contains("queue pairs are 0..1: -1");
            assertThat(answer(Handover.request(0), request.size(), UnixSocket.NO_DESCRIPTOR))
                    .contains("queue pair 0 is open");
            assertThat(answer(otherMark, request.size(), passed.fd())).isEmpty();
            sendTwoDescriptors(otherMark, passed.fd());
            UnixSocket.connect(SYS, ADDRESS).close();

            SharedQueue.borrow(ADDRESS, 1, RtapConfig.named("x")).close();
        }
        Resources.assertNothingSince(before);
    }

    /** More than a message may have; the server hangs up, and neither of the descriptors stays with it. */
    private static void sendTwoDescriptors(Memory message, int descriptor) throws Exception {
        Memory vector = Memory.allocate(Iovec.SIZEOF);
        vector.putI64(Iovec.IOV_BASE, message.address());
        vector.putI64(Iovec.IOV_LEN, message.size());
        Memory control = Memory.allocate(Cmsghdr.SIZEOF + 2 * Integer.BYTES);
        control.putI64(Cmsghdr.CMSG_LEN, control.size());
        control.putI32(Cmsghdr.CMSG_LEVEL, SysSocket.SOL_SOCKET);
        control.putI32(Cmsghdr.CMSG_TYPE, SysSocket.SCM_RIGHTS);
        control.putI32(Cmsghdr.SIZEOF, descriptor);
        control.putI32(Cmsghdr.SIZEOF + Integer.BYTES, descriptor);
        Memory header = Memory.allocate(Msghdr.SIZEOF);
        header.putI64(Msghdr.MSG_IOV, vector.address());
        header.putI64(Msghdr.MSG_IOVLEN, 1);
        header.putI64(Msghdr.MSG_CONTROL, control.address());
        header.putI64(Msghdr.MSG_CONTROLLEN, control.size());
        try (UnixSocket socket = UnixSocket.connect(SYS, ADDRESS)) {
            assertThat(SYS.sendmsg(socket.fd(), header.address(), 0)).isEqualTo(message.size());
            await(socket);
            assertThat(socket.receive(Memory.allocate(Handover.ANSWER_SIZE))).isNotPositive();
        }
        vector.keepAlive();
        control.keepAlive();
        message.keepAlive();
    }

    /** The reason that the server gives; empty if it only hangs up. No descriptor comes with it. */
    private static String answer(Memory message, int length, int descriptor) throws Exception {
        try (UnixSocket socket = UnixSocket.connect(SYS, ADDRESS)) {
            assertThat(socket.send(message, length, descriptor)).isEqualTo(length);
            Memory answer = Memory.allocate(Handover.ANSWER_SIZE);
            await(socket);
            long received = socket.receive(answer);
            assertThat(socket.takeDescriptor()).isEqualTo(UnixSocket.NO_DESCRIPTOR);
            return received > 0 ? Handover.reason(answer) : "";
        }
    }

    private static void await(UnixSocket socket) {
        PollSet polls = new PollSet(SYS, 1);
        polls.add(socket.fd());
        assertThat(polls.await(PATIENCE_NANOS)).isEqualTo(1);
    }

    /** As many as may connect say nothing, and keep others waiting for two seconds and no longer. */
    @Test
    void sendsSilentPeersAway() throws Exception {
        Resources before = HandoverNetnsTest.resources(TapProfile.NAPI_MULTISHOT);
        List<UnixSocket> silent = new ArrayList<>();
        try (TapLink port = new TapLink(TapProfile.NAPI_MULTISHOT);
                QueueServer server = HandoverNetnsTest.serve(port)) {
            port.rtap.configure(2, 2);
            for (int i = 0; i < 200; i++) {
                silent.add(HandoverNetnsTest.connect());
            }
            SharedQueue.borrow(ADDRESS, 1, RtapConfig.named("x")).close();
        } finally {
            silent.forEach(UnixSocket::close);
        }
        Resources.assertNothingSince(before);
    }

    /** Who listens is no primary: says rubbish, hangs up, or sends two descriptors. */
    @Test
    void outlivesAHostilePrimary() throws Exception {
        Resources before = Resources.now();
        SockAddr address = SockAddr.ofUnixAbstract("jrtap-hostile");
        try (UnixSocket listener = UnixSocket.listen(SYS, address, 8);
                EventFd wrong = EventFd.open(SYS)) {
            assertRefused(listener, address, Memory.allocate(10), UnixSocket.NO_DESCRIPTOR, "is no primary");
            assertRefused(listener, address, Handover.request(1), wrong.fd(), "is no primary");
            assertRefused(listener, address, Handover.refused("not today"), UnixSocket.NO_DESCRIPTOR, "not today");
            assertRefused(listener, address, Handover.lent(Set.of()), wrong.fd(), "TUNGETIFF");
        }
        Resources.assertNothingSince(before);
    }

    private static void assertRefused(
            UnixSocket listener, SockAddr address, Memory answer, int descriptor, String message) throws Exception {
        Thread server = new Thread(() -> {
            await(listener);
            try (UnixSocket peer = listener.accept()) {
                await(peer);
                peer.receive(Memory.allocate(Handover.REQUEST_SIZE));
                peer.send(answer, answer.size(), descriptor);
            } catch (ErrnoException e) {
                throw new AssertionError(e);
            }
        });
        server.start();
        assertThatThrownBy(() -> SharedQueue.borrow(address, 1, RtapConfig.named("x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
        server.join();
    }

    /** The first process has the address: the borrower checks its user before it takes a descriptor. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void aBorrowerTakesNothingFromAStranger(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile);
                QueueServer server = HandoverNetnsTest.serve(port)) {
            port.rtap.configure(2, 2);
            RtapConfig config = profile.config().withRingSize(16);
            assertThatThrownBy(() -> SharedQueue.borrow(profile.syscalls(), ADDRESS, UID + 1, List.of(1), config))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EPERM")
                    .hasMessageContaining("process " + ProcessHandle.current().pid() + " of user " + UID)
                    .hasMessageContaining("user " + (UID + 1) + " was expected");
            SharedQueue.borrow(profile.syscalls(), ADDRESS, UID, List.of(1), config)
                    .close();
        }
    }

    /** A thousand warnings are one line, and the next one says how many. */
    @Test
    void strangersDoNotFillTheLog() {
        Logger logger = Logger.getLogger("jrtap-sparse");
        List<String> lines = new ArrayList<>();
        logger.setUseParentHandlers(false);
        logger.addHandler(new StreamHandler() {
            @Override
            public synchronized void publish(LogRecord entry) {
                lines.add(entry.getMessage());
            }
        });
        SparseLog log = new SparseLog(System.getLogger("jrtap-sparse"));
        for (int i = 0; i < 1000; i++) {
            log.warn("stranger", null);
        }
        assertThat(lines).containsExactly("stranger");
    }
}
