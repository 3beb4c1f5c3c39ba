// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MessageRingKernelTest {

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void postsACompletionOnAnotherRing(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Ring target = RingProfile.PLAIN.open(8)) {
            target.submit();
            ring.submission().claim().msgRing(target, 4711, 42).userData(1);
            assertThat(Results.next(ring).result()).isZero();
            assertThat(Results.next(target)).isEqualTo(new Completions.Completion(42, 4711, 0));
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void passesFlagsAndFilesOn(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Ring target = RingProfile.PLAIN.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            target.submit();
            ring.submission().claim().msgRing(target, 1, 42, 1 << 20);
            int result = Results.next(ring).result();
            Feature.require("MSG_RING with flags", result != -Errno.EINVAL, "Linux 6.3 or newer is needed");
            assertThat(result).isZero();
            assertThat(Results.next(target)).isEqualTo(new Completions.Completion(42, 1, 1 << 20));

            ring.files().register(event.fd());
            target.files().registerSparse(2);
            ring.submission().claim().msgRingFile(target, 0, 1, 43, 0);
            assertThat(Results.next(ring).result()).isZero();
            assertThat(Results.next(target).userData()).isEqualTo(43);
            event.signal();
            target.submission().claim().pollAdd(1, Poll.POLLIN).fixedFile();
            assertThat(Results.next(target).result()).isEqualTo(Poll.POLLIN);
        }
    }

    @Test
    void refusesWhatWouldConfuseTheOtherRing() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Operations entry = ring.submission().claim();
            assertThatThrownBy(() -> entry.msgRing(ring, 0, -1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ring.submission().claim128())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("SQE128");
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void losesNoMessageThatFindsNoRoom(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Ring target = RingProfile.PLAIN.open(8)) {
            target.submit();
            int sent = 0;
            for (int i = 0; i < 100; i++) {
                ring.submission().claim().msgRing(target, i, i);
                int result = Results.next(ring).result();
                assertThat(result).isIn(0, -Errno.EOVERFLOW);
                sent += result == 0 ? 1 : 0;
            }
            List<Completions.Completion> received = Completions.await(target, sent);
            assertThat(received).doesNotHaveDuplicates().hasSize(sent).allMatch(c -> c.result() == c.userData());
            target.submit();
            assertThat(target.completion().ready()).isZero();
        }
    }
}
