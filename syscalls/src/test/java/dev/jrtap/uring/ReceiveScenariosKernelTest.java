// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Receives that go on, and bundles, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReceiveScenariosKernelTest {

    private static final String BY_THREAD = "dev.jrtap.uring.RingProfile#byThread";
    private static final int GROUP = 3;

    /** recv-mshot-drain: thousands of pieces through four buffers, which run out and are offered again. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void losesNothingThoughBuffersRunOut(RingProfile profile) throws Exception {
        int sends = 1000;
        Memory memory = Memory.allocate(4 * 128);
        try (Ring ring = profile.open(32);
                Sockets.Pair pair = Sockets.tcp()) {
            BufferRing group = Results.provide(ring, GROUP, memory, 4, 128);
            Thread sender = new Thread(() -> {
                for (int i = 0; i < sends; i++) {
                    Sockets.write(
                            pair.left(), String.valueOf((char) ('a' + i % 26)).repeat(64));
                }
                pair.left().close();
            });
            sender.start();
            claim(ring).recvMultishot(pair.right().fd(), 0, GROUP).userData(1);
            int received = 0;
            boolean ended = false;
            while (!ended) {
                Completions.Completion one = Results.next(ring);
                if (one.result() > 0) {
                    int id = CqeFlags.bufferId(one.flags());
                    for (int i = 0; i < one.result(); i++, received++) {
                        assertThat(memory.getU8(id * 128 + i)).isEqualTo('a' + received / 64 % 26);
                    }
                    group.offer(memory, id * 128, 128, id);
                    group.publish();
                } else {
                    assertThat(one.result()).isIn(0, -Errno.ENOBUFS);
                }
                ended = one.result() == 0;
                if (!ended && !CqeFlags.hasMore(one.flags())) {
                    claim(ring).recvMultishot(pair.right().fd(), 0, GROUP).userData(1);
                }
            }
            sender.join();
            assertThat(received).isEqualTo(sends * 64);
        }
    }

    /** recvsend_bundle: many messages by bundles or one by one, of rings of buffers or of provided ones, in order. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void bundlesKeepTheOrderOfManyMessages(RingProfile profile) throws IOException {
        int messages = 32;
        int size = 128;
        byte[] content = RingFiles.pattern(messages * size, 5);
        Memory out = RingFiles.memory(content);
        Memory in = Memory.allocate(messages * size);
        for (int way = 0; way < 8; way++) {
            boolean isClassic = (way & 4) != 0;
            try (Ring ring = profile.open(messages);
                    Sockets.Pair pair = Sockets.tcp()) {
                Feature.require(
                        "RECVSEND_BUNDLE",
                        ring.capabilities().has(RingFeature.RECVSEND_BUNDLE),
                        "Linux 6.10 or newer is needed");
                in.zero(0, in.size());
                if (isClassic) {
                    claim(ring).provideBuffers(out, size, messages, 7, 0);
                    claim(ring).provideBuffers(in, size, messages, 8, 0);
                    assertThat(Completions.await(ring, 2)).allMatch(done -> done.result() >= 0);
                } else {
                    Results.provide(ring, 7, out, messages, size);
                    Results.provide(ring, 8, in, messages, size);
                }
                int sent = 0;
                boolean goesOn = false;
                while (sent < content.length) {
                    if (!goesOn && (way & 1) != 0) {
                        claim(ring).sendBundle(pair.left().fd(), 0, 7);
                    } else if (!goesOn) {
                        claim(ring)
                                .unsafe()
                                .operation(IoUring.IORING_OP_SEND, pair.left().fd(), 0, 0, 0)
                                .bufferSelect(7);
                    }
                    Completions.Completion one = Results.next(ring);
                    assertThat(one.result()).isPositive();
                    sent += one.result();
                    goesOn = CqeFlags.hasMore(one.flags());
                }
                if (goesOn) {
                    assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(0, -Errno.ENOBUFS, 0));
                }
                int received = 0;
                while (received < content.length) {
                    if ((way & 2) != 0) {
                        claim(ring).recvBundle(pair.right().fd(), 0, 8);
                    } else {
                        claim(ring).recvProvided(pair.right().fd(), 0, 0, 8);
                    }
                    Completions.Completion one = Results.next(ring);
                    assertThat(one.result())
                            .as("way %d, %d received", way, received)
                            .isBetween(1, (way & 2) != 0 ? content.length : size);
                    assertThat(CqeFlags.hasBuffer(one.flags())).isTrue();
                    assertThat(CqeFlags.bufferId(one.flags())).isEqualTo(received / size);
                    received += one.result();
                }
                assertThat(RingFiles.bytes(in, 0, content.length)).isEqualTo(content);
            }
        }
    }
}
