// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.result;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.IoVectors;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Buffers that are lent and taken back by operations. */
@Timeout(60)
class ProvidedBuffersKernelTest {

    private static final int LENGTH = 64;
    private static final int GROUP = 7;

    private final Memory buffers = Memory.allocate(4 * LENGTH);
    private final byte[] content = RingFiles.pattern(LENGTH, 8);

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsTakeBuffersInTurn(RingProfile profile) throws IOException {
        IoVectors vector = new IoVectors(1).unsafeAdd(0, LENGTH);
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            claim(ring).provideBuffers(buffers, LENGTH, 3, GROUP, 10);
            assertThat(result(ring)).isNotNegative();
            for (int i = 0; i < 4; i++) {
                pipe.put(Arrays.copyOf(content, 20 + i));
                if (i == 1) {
                    claim(ring).readv(pipe.reader(), vector, 0).bufferSelect(GROUP);
                } else {
                    claim(ring).readProvided(pipe.reader(), LENGTH, 0, GROUP);
                }
                Completions.Completion completion = Completions.await(ring, 1).get(0);
                if (i == 3) {
                    assertThat(completion.result()).isEqualTo(-Errno.ENOBUFS);
                } else {
                    assertThat(completion.result()).isEqualTo(20 + i);
                    assertThat(CqeFlags.bufferId(completion.flags())).isEqualTo(10 + i);
                    assertThat(RingFiles.bytes(buffers, i * LENGTH, 20 + i)).isEqualTo(Arrays.copyOf(content, 20 + i));
                }
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void buffersAreTakenBack(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            claim(ring).provideBuffers(buffers, LENGTH, 4, GROUP, 0).userData(1).link();
            claim(ring).removeBuffers(3, GROUP).userData(2).link();
            claim(ring).removeBuffers(3, GROUP).userData(3);
            // Old kernels have the groups below 64 from the start.
            claim(ring).removeBuffers(3, GROUP + 64).userData(4);
            assertThat(results(ring, 4).subList(1, 4)).containsExactly(3, 1, -Errno.ENOENT);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysWhatIsWrong(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            claim(ring)
                    .unsafe()
                    .provideBuffers(buffers.address(), LENGTH, 0, GROUP, 0)
                    .userData(1);
            claim(ring).unsafe().provideBuffers(-4096, LENGTH, 1, GROUP, 0).userData(2);
            assertThat(results(ring, 2)).containsExactly(-Errno.E2BIG, -Errno.EFAULT);
        }
    }
}
