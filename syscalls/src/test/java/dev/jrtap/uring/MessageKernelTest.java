// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.SysSocket;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ControlMessages;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import jnr.constants.platform.SocketLevel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MessageKernelTest {

    private static final int SOCKET_LEVEL = SocketLevel.SOL_SOCKET.intValue();

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void gathersAndScatters(RingProfile profile) throws IOException {
        Memory out = Memory.ofString("0123456789abcdefghijklmnopqrstuvwxyz");
        Memory in = Memory.allocate(64);
        // More pieces than the kernel keeps beside the operation, so that it has to allocate them.
        MessageHeader send = new MessageHeader(36, 0);
        MessageHeader receive = new MessageHeader(2, 0).addBuffer(in, 32, 6).addBuffer(in, 0, 32);
        for (int i = 0; i < 36; i++) {
            send.addBuffer(out, 35 - i, 1);
        }
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.pair(Sockets.DATAGRAM)) {
            for (int round = 0; round < 3; round++) {
                in.zero(0, 64);
                ring.submission().claim().recvmsg(pair.right().fd(), receive, 0).userData(1);
                ring.submission().claim().sendmsg(pair.left().fd(), send, 0).userData(2);
                List<Completions.Completion> done = Completions.await(ring, 2);
                assertThat(Results.of(done, 1)).isEqualTo(36);
                assertThat(Results.of(done, 2)).isEqualTo(36);
                assertThat(in.getString(32, 6)).isEqualTo("zyxwvu");
                assertThat(in.getString(0, 32)).isEqualTo("tsrqponmlkjihgfedcba9876543210");
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void answersWhoeverSent(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(4);
        MessageHeader request = new MessageHeader(1, 0).addBuffer(in, 0, 4);
        MessageHeader answer = new MessageHeader(1, 0);
        try (Ring ring = profile.open(8);
                Fd server = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
                Fd client = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM)) {
            Memory out = Memory.ofString("question");
            MessageHeader question =
                    new MessageHeader(1, 0).to(Sockets.nameOf(server)).addBuffer(out, 0, 8);
            ring.submission().claim().recvmsg(server.fd(), request, 0).userData(1);
            ring.submission().claim().sendmsg(client.fd(), question, 0).userData(2);
            assertThat(Results.of(Completions.await(ring, 2), 1)).isEqualTo(4);
            assertThat(request.flags() & SysSocket.MSG_TRUNC).isNotZero();
            assertThat(in.getString(0, 4)).isEqualTo("ques");

            answer.to(request.address()).addBuffer(in, 0, 4);
            ring.submission().claim().sendmsg(server.fd(), answer, 0);
            assertThat(Results.next(ring).result()).isEqualTo(4);
            assertThat(Sockets.read(client)).isEqualTo("ques");
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void passesADescriptor(RingProfile profile) throws IOException {
        Memory bytes = Memory.allocate(8);
        MessageHeader send = new MessageHeader(1, ControlMessages.space(Integer.BYTES)).addBuffer(bytes, 0, 1);
        MessageHeader receive = new MessageHeader(1, ControlMessages.space(Integer.BYTES)).addBuffer(bytes, 4, 1);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.pair(Sockets.STREAM);
                Sockets.Pair pipe = Sockets.pipe()) {
            send.control()
                    .add(SOCKET_LEVEL, SysSocket.SCM_RIGHTS, Integer.BYTES)
                    .putI32(0, pipe.left().fd());
            ring.submission().claim().sendmsg(pair.left().fd(), send, 0).link().userData(1);
            ring.submission()
                    .claim()
                    .recvmsg(pair.right().fd(), receive, SysSocket.MSG_CMSG_CLOEXEC)
                    .userData(2);
            List<Completions.Completion> done = Completions.await(ring, 2);
            assertThat(Results.of(done, 2)).isEqualTo(1);
            assertThat(receive.control().first()).isTrue();
            assertThat(receive.control().level()).isEqualTo(SOCKET_LEVEL);
            assertThat(receive.control().type()).isEqualTo(SysSocket.SCM_RIGHTS);
            assertThat(receive.control().dataLength()).isEqualTo(Integer.BYTES);
            try (Fd passed = Fd.own(Syscalls.libc(), receive.control().getI32(0))) {
                Sockets.write(pipe.right(), "through the pipe");
                assertThat(Sockets.read(passed)).isEqualTo("through the pipe");
            }
            assertThat(receive.control().next()).isFalse();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void receivesMessagesAgainAndAgain(RingProfile profile) throws IOException {
        int size = 256;
        Memory memory = Memory.allocate(4 * size);
        MessageHeader header = new MessageHeader(0, 32);
        ReceivedMessage message = new ReceivedMessage(header);
        try (Ring ring = profile.open(8);
                Fd server = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
                Fd one = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM);
                Fd other = Sockets.bound(Sockets.ipv4(0), Sockets.DATAGRAM)) {
            Feature.require("SEND_ZC", ring.capabilities().supports(Operation.SEND_ZC), "Linux 6.0 or newer is needed");
            Results.provide(ring, 9, memory, 4, size);
            ring.submission()
                    .claim()
                    .recvmsgMultishot(server.fd(), header, SysSocket.MSG_TRUNC, 9)
                    .userData(1);
            ring.submit();
            for (Fd sender : List.of(one, other)) {
                Memory out = Memory.ofString("from " + sender.fd());
                ring.submission()
                        .claim()
                        .sendTo(sender.fd(), out, 0, out.size() - 1, 0, Sockets.nameOf(server))
                        .userData(2);
                List<Completions.Completion> done = Completions.await(ring, 2);
                int at = at(done, size);
                message.wrap(memory, at, Results.of(done, 1));
                assertThat(message.address()).hasToString(Sockets.nameOf(sender).toString());
                assertThat(memory.getString(message.payloadAt(), message.payloadLength()))
                        .isEqualTo("from " + sender.fd());
                assertThat(message.isTruncated()).isFalse();
                assertThat(message.control().first()).isFalse();
            }
            Memory large = Memory.allocate(200);
            ring.submission()
                    .claim()
                    .sendTo(one.fd(), large, 0, 200, 0, Sockets.nameOf(server))
                    .userData(2);
            List<Completions.Completion> done = Completions.await(ring, 2);
            // With MSG_TRUNC the result counts what was cut off, so what is in the buffer is no more than its size.
            message.wrap(memory, at(done, size), Math.min(Results.of(done, 1), size));
            assertThat(message.isTruncated()).isTrue();
            assertThat(message.fullLength()).isEqualTo(200);
            assertThat(message.payloadLength()).isEqualTo(size - 16 - 128 - 32);
        }
    }

    private static int at(List<Completions.Completion> done, int size) {
        Completions.Completion received =
                done.stream().filter(c -> c.userData() == 1).findFirst().orElseThrow();
        assertThat(CqeFlags.hasMore(received.flags())).isTrue();
        return CqeFlags.bufferId(received.flags()) * size;
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void receivesAMessageIntoAProvidedBuffer(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(2 * 32);
        MessageHeader header = new MessageHeader(1, 0).unsafeAddBuffer(0, 5);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.pair(Sockets.STREAM)) {
            Results.provide(ring, 9, memory, 2, 32);
            ring.submission().claim().recvmsg(pair.right().fd(), header, 0).bufferSelect(9);
            ring.submit();
            Sockets.write(pair.left(), "0123456789");
            Completions.Completion done = Results.next(ring);
            assertThat(done.result()).as("the header's upper bound").isEqualTo(5);
            assertThat(memory.getString(CqeFlags.bufferId(done.flags()) * 32, 32))
                    .isEqualTo("01234");
        }
    }

    @Test
    void refusesMisuse() throws IOException {
        MessageHeader header = new MessageHeader(1, ControlMessages.space(4)).unsafeAddBuffer(4096, 1);
        assertThatThrownBy(() -> header.unsafeAddBuffer(4096, 1)).isInstanceOf(IllegalStateException.class);
        header.control().add(1, 1, 4);
        assertThatThrownBy(() -> header.control().add(1, 1, 4))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no room");
        assertThatThrownBy(() -> header.control().getI64(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new MessageHeader(1025, 0)).isInstanceOf(IllegalArgumentException.class);
        Memory buffer = Memory.allocate(512);
        ReceivedMessage received = new ReceivedMessage(header);
        int before = 16 + 128 + ControlMessages.space(4);
        for (int tooShort : new int[] {before - 1, 15, -1}) {
            assertThatThrownBy(() -> received.wrap(buffer, 0, tooShort)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(received.wrap(buffer, 0, before).payloadLength()).isZero();
        assertThat(received.wrap(buffer, 0, before + 36).payloadLength()).isEqualTo(36);
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Operations entry = ring.submission().claim();
            assertThatThrownBy(() -> entry.recvmsgMultishot(0, header, 0, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no buffers");
        }
        assertThat(header.clear().buffers()).isZero();
        assertThat(header.control().first()).isFalse();
    }
}
