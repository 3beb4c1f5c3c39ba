// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits never end, so each test spends a thread. */
@Timeout(20)
class TaskLimitsKernelTest {

    private static void onThreadOfItsOwn(Callable<Void> action) throws Exception {
        Uring.require();
        FutureTask<Void> task = new FutureTask<>(action);
        new Thread(task).start();
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    /** A call that may say that the kernel is too old, or not. */
    private interface Limiting {
        void run() throws ErrnoException;
    }

    private static void limit(String feature, Limiting limiting) throws ErrnoException {
        try {
            limiting.run();
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EINVAL && e.errno() != Errno.EBADF) {
                throw e;
            }
            assertThat(e).hasMessageContainingAll("io_uring_register(fd=-1, ", "Linux 7.0 or newer is needed");
            Feature.require(feature, false, e.getMessage());
        }
    }

    @Test
    void aThreadsRingsDoOnlyWhatIsAllowed() throws Exception {
        onThreadOfItsOwn(() -> {
            limit(
                    "task restrictions",
                    () -> TaskLimits.ofCaller().allow(Operation.FSYNC).apply());
            try (Ring ring = Ring.builder().build()) {
                ring.submission().claim().fsync(-1);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADF);
                ring.submission().claim().close(-1);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.EACCES);
                assertThatThrownBy(() -> ring.register().personality())
                        .isInstanceOfSatisfying(
                                ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
                assertThat(ring.await(1_000_000)).isFalse();
            }
            assertThatThrownBy(() -> TaskLimits.ofCaller().apply())
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("the thread is limited already");
            return null;
        });
        // Those of other threads are not concerned.
        try (Ring ring = Ring.builder().build()) {
            ring.submission().claim().close(-1);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADF);
        }
    }

    /** task-restrict: a thread that a limited one starts has its limits; of registrations those named are allowed. */
    @Test
    void aThreadInheritsLimits() throws Exception {
        onThreadOfItsOwn(() -> {
            limit(
                    "task restrictions",
                    () -> TaskLimits.ofCaller()
                            .allow(Operation.NOP, Operation.WRITE)
                            .allow(RegisterOperation.FILES)
                            .apply());
            onThreadOfItsOwn(() -> {
                try (Ring ring = Ring.builder().build()) {
                    ring.submission().claim().nop();
                    assertThat(Results.next(ring).result()).isZero();
                    ring.submission().claim().read(0, Memory.allocate(8), 0);
                    assertThat(Results.next(ring).result()).isEqualTo(-Errno.EACCES);
                    ring.files().register(0, 1);
                    assertThatThrownBy(() -> ring.buffers().register(Memory.allocate(4096)))
                            .isInstanceOfSatisfying(
                                    ErrnoException.class,
                                    e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
                }
                return null;
            });
            return null;
        });
    }

    @Test
    void aProgramDecidesForAThread() throws Exception {
        onThreadOfItsOwn(() -> {
            Memory deny = Memory.allocate(8);
            deny.putI16(0, 0x06);
            limit("operation filters", () -> TaskLimits.filter(Operation.FSYNC, deny, false));
            try (Ring ring = Ring.builder().build()) {
                ring.submission().claim().fsync(-1);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.EACCES);
                ring.submission().claim().close(-1);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.EBADF);
            }
            return null;
        });
    }
}
