// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.TestLibc;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Cases of the original driver's unit tests, by their names: packets. */
@Timeout(60)
class OriginalTrafficNetnsTest {

    private static final int PATIENCE_MILLIS = 10_000;

    /** struct epoll_event: 12 bytes on x86-64, 16 elsewhere. */
    private static final int EPOLL_EVENT_ROOM = 16;

    /** 15. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void rxInject(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            port.wire.inject(Frames.experimental(78));
            assertThat(port.receive()).isEqualTo(Frames.experimental(78));
            assertThat(port.rtap.statistics().total().rxPackets()).isEqualTo(1);
        }
    }

    /** 16. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void txCapture(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile)) {
            port.send(Frames.experimental(78));
            assertThat(port.wire.capture(Frames.EXPERIMENTAL)).isEqualTo(Frames.experimental(78));
            assertThat(port.rtap.statistics().total().txPackets()).isEqualTo(1);
        }
    }

    /**
     * 22. The original's epoll fails, and its test goes on; here a sleep in epoll_wait(2) is ended by a packet and by
     * nothing else.
     */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void rxqInterrupt(TapProfile profile) throws IOException {
        TestLibc libc = TestLibc.INSTANCE;
        Memory event = Memory.allocate(EPOLL_EVENT_ROOM);
        try (TapLink port = new TapLink(profile);
                Fd epoll = Fd.own(Syscalls.libc(), libc.epoll_create1(0))) {
            RxInterrupt interrupt = port.queue.interrupt();
            event.putI32(0, Eventpoll.EPOLLIN);
            assertThat(libc.epoll_ctl(epoll.fd(), Eventpoll.EPOLL_CTL_ADD, interrupt.fd(), event.address()))
                    .isZero();
            for (int round = 0; round < 20; round++) {
                assertThat(interrupt.enable()).isTrue();
                assertThat(libc.epoll_wait(epoll.fd(), event.address(), 1, 0)).isZero();
                port.wire.inject(Frames.experimental(78));
                assertThat(libc.epoll_wait(epoll.fd(), event.address(), 1, PATIENCE_MILLIS))
                        .isEqualTo(1);
                interrupt.disable();
                assertThat(port.receive()).isEqualTo(Frames.experimental(78));
                port.send(Frames.experimental(60));
            }
        }
    }
}
