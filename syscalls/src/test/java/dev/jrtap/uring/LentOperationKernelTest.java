// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Statx;
import dev.jrtap.fixtures.Collected;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.EpollEvents;
import dev.jrtap.syscall.FutexVector;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each operation that is given memory by object, under collections, and without garbage of its own. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LentOperationKernelTest {

    private static final int BATCH = 50;
    private static final int ROUNDS = Stress.times(200);
    private static final int BETWEEN_COLLECTIONS = 50;
    private static final int REPETITIONS = 1000;
    private static final int PAINT = 0x5a;

    /** What takes memory by object and is not among them: copied, kept in another way, or nothing here can do it. */
    private static final Set<String> NOT_LENT = Set.of(
            // Copied beside the entry.
            "bind",
            "connect",
            "uringCmd128",
            "uringCmdLarge",
            // Kept until the ring's end, and a header until it is submitted.
            "provideBuffers",
            "recvmsgMultishot",
            // Devices with protection information: refused before they begin.
            "readProtected",
            "writeProtected");

    private static final Set<Class<?>> HOLDERS = Set.of(
            Memory.class,
            IoVectors.class,
            MessageHeader.class,
            SockAddr.class,
            FutexVector.class,
            EpollEvents.class,
            ChildInfo.class);

    @TempDir
    private Path directory;

    /** Nothing behind it in the chain begins before a byte is there. */
    private static void gate(Ring ring, Pipe gate, Memory room) {
        ring.submission().claim().read(gate.reader(), room, 0, 1, 0).userData(1).link();
    }

    @Test
    void everyOperationThatTakesMemoryIsTested() throws IOException {
        Set<String> expected = new TreeSet<>();
        for (Method method : Operations.class.getMethods()) {
            if (method.getReturnType() == Sqe.class
                    && Arrays.stream(method.getParameterTypes()).anyMatch(HOLDERS::contains)) {
                expected.add(method.getName());
            }
        }
        Set<String> tested = new TreeSet<>(NOT_LENT);
        try (Ring ring = RingProfile.PLAIN.open(64);
                LentOperation.Place place = new LentOperation.Place(directory.resolve("lent"))) {
            ring.files().registerSparse(1);
            for (LentOperation operation : LentOperation.values()) {
                Operations entry = ring.submission().claim();
                Operations recorder = (Operations) Proxy.newProxyInstance(
                        Operations.class.getClassLoader(),
                        new Class<?>[] {Operations.class},
                        (proxy, method, given) -> {
                            tested.add(method.getName());
                            return method.invoke(entry, given);
                        });
                operation.start(recorder, place);
            }
        }
        assertThat(tested).isEqualTo(expected);
    }

    private static long userData(LentOperation operation) {
        return 2 + operation.ordinal();
    }

    /** All of them at once: collections take long. */
    @Test
    void keepsMemoryUntilTheOperationIsOver() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(128);
                Pipe gate = Pipe.open();
                LentOperation.Place place = new LentOperation.Place(directory.resolve("lent"))) {
            ring.files().registerSparse(4);
            Map<LentOperation, WeakReference<Object>> held = new EnumMap<>(LentOperation.class);
            for (LentOperation operation : LentOperation.values()) {
                gate(ring, gate, Memory.allocate(1));
                operation.start(ring.submission().claim(), place).userData(userData(operation));
                held.put(operation, place.held());
            }
            ring.submit();
            Collected.isCollected(held.get(LentOperation.READ));
            assertThat(held)
                    .as("collected under way")
                    .allSatisfy((operation, memory) ->
                            assertThat(memory.refersTo(null)).isFalse());
            gate.put(new byte[held.size()]);
            Map<Long, Integer> ends = new TreeMap<>();
            while (ends.values().stream().mapToInt(each -> each).sum() < 2 * held.size()) {
                for (Completions.Completion one : Completions.await(ring, 1)) {
                    ends.merge(one.userData(), CqeFlags.hasMore(one.flags()) ? 0 : 1, Integer::sum);
                }
            }
            assertThat(ends.remove(1L)).isEqualTo(held.size());
            assertThat(ends)
                    .hasSize(held.size())
                    .allSatisfy((operation, count) -> assertThat(count).isEqualTo(1));
            held.values().forEach(Collected::await);
        }
    }

    @ParameterizedTest
    @EnumSource(LentOperation.class)
    void thousandsOfBuffersSurviveCollections(LentOperation operation) throws IOException {
        List<Memory> others = new ArrayList<>();
        try (Ring ring = RingProfile.PLAIN.open(64);
                Pipe gate = Pipe.open();
                LentOperation.Place place = new LentOperation.Place(directory.resolve("lent"))) {
            ring.files().registerSparse(4);
            Memory room = Memory.allocate(1);
            for (int round = 0; round < ROUNDS; round++) {
                gate(ring, gate, room);
                for (int i = 0; i < BATCH; i++) {
                    // After the gate each fails or not, and none keeps the others from running.
                    operation
                            .start(ring.submission().claim(), place)
                            .userData(2)
                            .hardLink();
                }
                ring.submission().claim().nop();
                ring.submit();
                if (round % BETWEEN_COLLECTIONS == 0) {
                    System.gc();
                    others.clear();
                    for (int i = 0; i < BATCH; i++) {
                        others.add(painted(LentOperation.Place.SIZE));
                    }
                }
                gate.put(new byte[1]);
                int under = BATCH + 2;
                while (under > 0) {
                    // A zero-copy send is over with its notification.
                    under -= CqeFlags.hasMore(Results.next(ring).flags()) ? 0 : 1;
                }
                assertThat(others).allSatisfy(LentOperationKernelTest::assertPainted);
            }
        }
    }

    private static Memory painted(int size) {
        Memory memory = Memory.allocate(size);
        for (int at = 0; at < size; at++) {
            memory.putI8(at, PAINT);
        }
        return memory;
    }

    private static void assertPainted(Memory memory) {
        for (int at = 0; at < memory.size(); at++) {
            assertThat(memory.getU8(at)).isEqualTo(PAINT);
        }
    }

    /** Named by itself, or by vectors and headers that were made while it was mapped. */
    @ParameterizedTest
    @EnumSource(
            value = LentOperation.class,
            mode = EnumSource.Mode.EXCLUDE,
            // Their memory is their own.
            names = {"ACCEPT", "GETPEERNAME", "GETSOCKNAME", "FILES_UPDATE", "EPOLL_WAIT", "WAITID"})
    void memoryThatHasBeenUnmappedIsNotGivenToTheKernel(LentOperation operation) throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                LentOperation.Place place = new LentOperation.Place(directory.resolve("lent"))) {
            Object given;
            try (Mapping mapping = Mapping.anonymous(place.file.syscalls(), Statx.SIZEOF)) {
                place.takeFrom(mapping);
                given = operation.holder(place);
            }
            Operations entry = ring.submission().claim();
            assertThatThrownBy(() -> operation.start(entry, place, given))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has been unmapped");
            assertThat(((Entry) entry).isBlank()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(LentOperation.class)
    void makesNoGarbage(LentOperation operation) throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8);
                LentOperation.Place place = new LentOperation.Place(directory.resolve("lent"))) {
            ring.files().registerSparse(1);
            Object given = operation.holder(place);
            int[] underWay = new int[1];
            CompletionHandler handler = (userData, result, flags) -> underWay[0] -= CqeFlags.hasMore(flags) ? 0 : 1;
            assertThat(Garbage.of(() -> {
                        for (int round = 0; round < REPETITIONS; round++) {
                            operation
                                    .start(ring.submission().claim(), place, given)
                                    .userData(round);
                            underWay[0] = 1;
                            while (underWay[0] > 0) {
                                ring.submitAndWait(1);
                                ring.completion().drain(handler, Integer.MAX_VALUE);
                            }
                        }
                    }))
                    .isZero();
        }
    }
}
