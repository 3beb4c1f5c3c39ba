// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every public method of a ring and what belongs to it: who may call it, and what it says after the close. */
@Tag("any-user")
@Timeout(60)
class RingDoorsKernelTest {

    /** From any thread, at any time. */
    private static final Set<String> ANY_THREAD = Set.of(
            "Ring.close",
            "Ring.wake",
            "Ring.isOpen",
            "Ring.inFlight",
            "Ring.kernelEntries",
            "Ring.overflows",
            "Ring.toString",
            "Ring.capabilities",
            "CompletionQueue.lost",
            "SubmissionQueue.capacity",
            "BufferRing.group",
            "Personality.id",
            "Personality.toString");

    /** They give a part of the ring, or note what is to be done, and do not touch it. */
    private static final Set<String> NO_USE = Set.of(
            "Ring.submission",
            "Ring.completion",
            "Ring.register",
            "Ring.restrictions",
            "Ring.onWake",
            "Ring.onUndrained",
            "Ring.onClosed",
            "Ring.fileSlots",
            "Ring.files",
            "Ring.buffers",
            "Registrations.workers",
            "Registrations.busyPoll",
            "Registrations.cancel");

    /** They give the number of the ring's descriptor while it is open. */
    private static final Set<String> NUMBERS = Set.of("Ring.messageFd", "Ring.pollFd");

    /** They are about what the caller took. */
    private static final Set<String> OF_THE_TAKEN = Set.of(
            "CompletionQueue.userData", "CompletionQueue.result", "CompletionQueue.flags", "CompletionQueue.extra");

    private final Memory memory = Memory.allocate(4096);

    private record Call(Object target, Method method) {

        String name() {
            return target.getClass().getSimpleName() + "." + method.getName();
        }
    }

    private static List<Call> calls(Ring ring, Object... more) {
        Registrations register = ring.register();
        List<Object> targets = new ArrayList<>(List.of(
                ring,
                ring.submission(),
                ring.completion(),
                register,
                ring.files(),
                ring.buffers(),
                register.workers(),
                register.busyPoll(),
                register.cancel()));
        targets.addAll(Arrays.asList(more));
        List<Call> calls = new ArrayList<>();
        for (Object target : targets) {
            for (Method method : target.getClass().getDeclaredMethods()) {
                int modifiers = method.getModifiers();
                if (Modifier.isPublic(modifiers) && !Modifier.isStatic(modifiers) && !method.isSynthetic()) {
                    calls.add(new Call(target, method));
                }
            }
        }
        calls.sort(Comparator.comparing(call -> call.method().toString()));
        return calls;
    }

    private static Object[] with(Ring ring, boolean waits) throws IOException {
        List<Object> objects = new ArrayList<>();
        objects.add(ring.bufferRing(1, 8));
        objects.add(ring.register().personality());
        if (waits) {
            objects.add(ring.waits(1));
        }
        return objects.toArray();
    }

    /** What it throws, or null. */
    private Throwable call(Call call, Ring other) throws Exception {
        Object[] arguments = Arrays.stream(call.method().getParameterTypes())
                .map(type -> argument(type, other))
                .toArray();
        try {
            call.method().invoke(call.target(), arguments);
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    private Object argument(Class<?> type, Ring other) {
        if (type == int.class) {
            return 1;
        } else if (type == long.class) {
            return 1L;
        } else if (type == boolean.class) {
            return true;
        } else if (type.isEnum()) {
            return type.getEnumConstants()[0];
        } else if (type.isArray()) {
            Object array = Array.newInstance(type.getComponentType(), 1);
            Array.set(array, 0, argument(type.getComponentType(), other));
            return array;
        }
        Map<Class<?>, Object> values = new LinkedHashMap<>();
        values.put(Memory.class, memory);
        values.put(Ring.class, other);
        values.put(CompletionHandler.class, (CompletionHandler) (userData, result, flags) -> {});
        values.put(Workers.Limits.class, new Workers.Limits(1, 1));
        values.put(BusyPoll.Settings.class, new BusyPoll.Settings(1, false, BusyPoll.Tracking.values()[0]));
        values.put(Runnable.class, (Runnable) () -> {});
        try {
            if (type == EventFd.class) {
                return EventFd.open(Syscalls.libc());
            }
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
        // Others have no constructor for everybody, and null is refused or not looked at after the door.
        return values.get(type);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void everyMethodOfAClosedRingSaysSo(RingProfile profile) throws Exception {
        Ring ring = profile.open(8);
        boolean waits = profile != RingProfile.REGISTERED_FD_ONLY
                && ring.capabilities().has(RingFeature.MIN_TIMEOUT)
                && canRegisterWaits();
        List<Call> calls = calls(ring, with(ring, waits));
        String name = ring.fd().name();
        ring.close();
        try (Ring other = RingProfile.PLAIN.open(8)) {
            List<String> wrong = new ArrayList<>();
            for (Call call : calls) {
                if (ANY_THREAD.contains(call.name()) || NO_USE.contains(call.name())) {
                    continue;
                }
                Throwable thrown = call(call, other);
                if (!(thrown instanceof IllegalStateException) || !(name + " is closed").equals(thrown.getMessage())) {
                    wrong.add(call.method() + ": " + thrown);
                }
            }
            assertThat(wrong).isEmpty();
        }
    }

    private static boolean canRegisterWaits() throws IOException {
        try (Ring ring = Ring.builder().entries(8).build()) {
            ring.waits(1);
            return true;
        } catch (ErrnoException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void anotherThreadIsRefusedAtEveryDoor(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8);
                Ring other = RingProfile.PLAIN.open(8)) {
            List<Call> calls = calls(ring, with(ring, false));
            ring.own();
            FutureTask<List<String>> stranger = new FutureTask<>(() -> {
                List<String> wrong = new ArrayList<>();
                for (Call call : calls) {
                    if (ANY_THREAD.contains(call.name())
                            || NO_USE.contains(call.name())
                            || OF_THE_TAKEN.contains(call.name())
                            || NUMBERS.contains(call.name())) {
                        continue;
                    }
                    Throwable thrown = call(call, other);
                    if (!(thrown instanceof IllegalStateException)
                            || !thrown.getMessage().contains(" belongs to thread ")) {
                        wrong.add(call.method() + ": " + thrown);
                    }
                }
                return wrong;
            });
            new Thread(stranger).start();
            assertThat(stranger.get()).isEmpty();
        }
    }

    /** Looking and claiming make no owner; driving does. */
    @Test
    void anyThreadMayPrepareARing() throws Exception {
        Uring.require();
        try (Ring ring = Ring.builder().entries(8).build()) {
            for (int i = 0; i < 2; i++) {
                FutureTask<Integer> preparing = new FutureTask<>(() -> {
                    ring.submission().claim().nop();
                    ring.completion().drain((userData, result, flags) -> {}, 1);
                    return ring.submission().pending()
                            + ring.completion().ready()
                            + ring.submission().space();
                });
                new Thread(preparing).start();
                assertThat(preparing.get()).isEqualTo(8);
            }
            assertThat(ring.toString()).contains("owner nobody");
            assertThat(ring.submitAndWait(2)).isEqualTo(2);
        }
    }

    /** A thread that reads the queues' state from elsewhere reads memory that is still there, or none. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "SQPOLL", "REGISTERED_FD_ONLY"})
    void closesWhileAnotherThreadLooks(RingProfile profile) throws Exception {
        Ring[] current = {profile.open(8)};
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch looking = new CountDownLatch(1);
        long[] sum = new long[1];
        Thread reader = new Thread(() -> {
            while (!over.get()) {
                Ring ring = current[0];
                sum[0] += ring.inFlight()
                        + ring.kernelEntries()
                        + ring.overflows()
                        + ring.completion().lost()
                        + ring.toString().length();
                sum[0] += ring.isOpen() ? 1 : 0;
                looking.countDown();
                Thread.onSpinWait();
            }
        });
        reader.start();
        looking.await();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        for (int i = 0; i < Stress.times(1000) && System.nanoTime() < end; i++) {
            Ring ring = current[0];
            ring.submission().claim().nop();
            ring.submit();
            ring.close();
            current[0] = profile.open(8);
        }
        over.set(true);
        reader.join();
        current[0].close();
        assertThat(sum[0]).isPositive();
    }
}
