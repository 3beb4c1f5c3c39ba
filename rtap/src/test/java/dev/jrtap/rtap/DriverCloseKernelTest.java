// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What fails while an owner closes what another thread wants closed is told as what it is, and not as the close. */
@Timeout(30)
class DriverCloseKernelTest {

    private enum Way {
        RING {
            @Override
            Driver open(EventFd file, PacketPool pool) throws ErrnoException {
                Uring.require();
                return RingDriver.open(Syscalls.libc(), file.fd(), "queue", pool, RtapConfig.named("none%d"));
            }
        },
        SYSTEM_CALLS {
            @Override
            Driver open(EventFd file, PacketPool pool) throws ErrnoException {
                return PollDriver.open(Syscalls.libc(), file.fd(), "queue", null, null);
            }
        };

        abstract Driver open(EventFd file, PacketPool pool) throws ErrnoException;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whatACloseThrowsIsNotTakenForARefusal(Way way) throws Exception {
        try (EventFd file = EventFd.open();
                PacketPool pool = PacketPool.create(Syscalls.libc(), 16, 2048)) {
            Driver driver = way.open(file, pool);
            driver.onClosed(free -> {
                throw new IllegalStateException("something else");
            });
            assertThat(driver.own()).isTrue();
            Thread closer = new Thread(driver::close);
            closer.start();
            assertThatIllegalStateException()
                    .isThrownBy(() -> {
                        while (closer.isAlive()) {
                            driver.own();
                        }
                    })
                    .withMessage("something else");
            closer.join();
            // It is closed for all that, and its owner has not seen it.
            assertThat(driver.own()).isFalse();
            assertThat(driver.isOpen()).isFalse();
            assertThatIllegalStateException().isThrownBy(driver::own).withMessage("queue is closed");
        }
    }
}
