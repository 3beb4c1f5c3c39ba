// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BpfMapKernelTest {

    private static final Syscalls SYS = Syscalls.libc();

    @BeforeEach
    void needsBpf() {
        Ebpf.require();
    }

    @Test
    void anArrayHoldsValuesByTheirIndex() throws IOException {
        try (ArrayMap map = ArrayMap.create(SYS, "values", 8, 3)) {
            assertThat(map.getI64(2)).isZero();
            map.putI64(2, Long.MIN_VALUE + 7);
            assertThat(map.getI64(2)).isEqualTo(Long.MIN_VALUE + 7);
            assertThat(map.getI64(1)).isZero();
            assertThatThrownBy(() -> map.getI64(3))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("index of map values (ARRAY) must be in 0..2: 3");
            assertThatThrownBy(() -> map.putI64(-1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void memoryOfAnotherSizeIsRefused() throws IOException {
        try (ArrayMap map = ArrayMap.create(SYS, "values", 12, 3);
                HashedMap hashed = HashedMap.create(SYS, "hashed", 6, 12, 3)) {
            Memory six = Memory.allocate(6);
            Memory twelve = Memory.allocate(12);
            List<ThrowingCallable> wrong = List.of(
                    () -> map.get(0, six),
                    () -> map.put(0, six),
                    () -> map.getI64(0),
                    () -> map.putI64(0, 1),
                    () -> hashed.get(twelve, twelve),
                    () -> hashed.get(six, six),
                    () -> hashed.put(twelve, twelve),
                    () -> hashed.putIfAbsent(six, six),
                    () -> hashed.remove(twelve),
                    () -> hashed.nextKey(six, twelve));
            for (ThrowingCallable call : wrong) {
                assertThatThrownBy(call)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("bytes: ");
            }
        }
    }

    @Test
    void aMappedArrayIsMemory() throws IOException {
        try (MappedArrayMap map = MappedArrayMap.create(SYS, "mapped", 12, 5)) {
            assertThat(map.stride()).isEqualTo(16);
            assertThat(map.memory().size()).isEqualTo(80);
            map.memory().putI32(3 * 16 + 8, 42);
            Memory value = Memory.allocate(12);
            map.lookup(3, value);
            assertThat(value.getI32(8)).isEqualTo(42);
        }
    }

    @Test
    void aHashTableHoldsValuesByTheirKeys() throws IOException {
        try (HashedMap map = HashedMap.create(SYS, "flows", 6, 8, 2)) {
            Memory value = Memory.allocate(8);
            assertThat(map.get(key(1), value)).isFalse();
            value.putI64(0, 11);
            map.put(key(1), value);
            assertThat(map.putIfAbsent(key(1), value)).isFalse();
            value.putI64(0, 22);
            assertThat(map.putIfAbsent(key(2), value)).isTrue();
            assertThat(map.get(key(1), value)).isTrue();
            assertThat(value.getI64(0)).isEqualTo(11);
            assertThat(keys(map)).containsExactlyInAnyOrder(1, 2);
            assertThatThrownBy(() -> map.put(key(3), value))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessage("E2BIG: bpf(BPF_MAP_UPDATE_ELEM, map flows (HASH)): the map has its 2 entries:"
                            + " remove some");
            assertThat(map.remove(key(1))).isTrue();
            assertThat(map.remove(key(1))).isFalse();
            assertThat(keys(map)).containsExactly(2);
        }
    }

    private static Memory key(int number) {
        Memory key = Memory.allocate(6);
        key.putI32(0, number);
        return key;
    }

    private static Set<Integer> keys(HashedMap map) throws ErrnoException {
        Set<Integer> keys = new HashSet<>();
        Memory key = Memory.allocate(6);
        Memory next = Memory.allocate(6);
        while (map.nextKey(key, next)) {
            keys.add(next.getI32(0));
            key.copy(0, next, 0, 6);
        }
        return keys;
    }

    @Test
    void aPerCpuArrayHasAValueAProcessor() throws IOException {
        try (PerCpuArrayMap map = PerCpuArrayMap.create(SYS, "per_cpu", 8, 2)) {
            Memory values = Memory.allocate(map.valuesSize());
            for (int cpu = 0; cpu < map.cpus(); cpu++) {
                values.putI64(cpu * map.stride(), 10 + cpu);
            }
            map.put(1, values);
            assertThat(map.sumI64(1)).isEqualTo(10L * map.cpus() + map.cpus() * (map.cpus() - 1) / 2);
            assertThat(map.sumI64(0)).isZero();
        }
        try (PerCpuArrayMap map = PerCpuArrayMap.create(SYS, "per_cpu", 12, 2)) {
            assertThat(map.valuesSize()).isEqualTo(16 * map.cpus());
            assertThatThrownBy(() -> map.sumI64(1)).hasMessageContaining("12 bytes and not 8");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0|1", "0-3|4", "0,2|2", "0-1,4-11|10"})
    void processorsAreCounted(String list, int cpus) {
        assertThat(PerCpuArrayMap.possibleCpus(list + "\n")).isEqualTo(cpus);
    }

    @Test
    void anArrayOfMapsTakesMapsLikeTheFirst() throws IOException {
        try (ArrayMap like = ArrayMap.create(SYS, "like", 8, 4);
                ArrayMap other = ArrayMap.create(SYS, "other", 16, 4);
                ArrayOfMaps maps = ArrayOfMaps.create(SYS, "maps", like, 2)) {
            assertThat(maps.remove(1)).isFalse();
            maps.put(1, like);
            maps.put(1, like);
            assertThatThrownBy(() -> maps.put(0, other))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessage("EINVAL: bpf(BPF_MAP_UPDATE_ELEM, map maps (ARRAY_OF_MAPS)): map other (ARRAY) has not"
                            + " the type, sizes, entries and flags of the map that this one was made with");
            assertThat(maps.remove(1)).isTrue();
        }
    }

    @Test
    void accessesMakeNoGarbage() throws IOException {
        try (ArrayMap array = ArrayMap.create(SYS, "array", 8, 4);
                HashedMap hashed = HashedMap.create(SYS, "hashed", 6, 8, 4);
                PerCpuArrayMap perCpu = PerCpuArrayMap.create(SYS, "per_cpu", 8, 4)) {
            Memory key = key(1);
            Memory value = Memory.allocate(8);
            assertThat(Garbage.of(() -> {
                        try {
                            array.putI64(1, array.getI64(1) + 1);
                            hashed.put(key, value);
                            hashed.get(key, value);
                            hashed.remove(key);
                            perCpu.sumI64(2);
                        } catch (ErrnoException e) {
                            throw new AssertionError(e);
                        }
                    }))
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(MapType.class)
    void aClosedMapSaysSo(MapType type) throws IOException {
        BpfMap map = create(SYS, type);
        map.close();
        map.close();
        String message = "map closed (" + type + ") is closed";
        assertThatThrownBy(map::fd).isInstanceOf(IllegalStateException.class).hasMessage(message);
        for (ThrowingCallable use : uses(map)) {
            assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessage(message);
        }
        Code code = new Assembler("program").ldMap(Register.R1, map).exit().assemble();
        assertThatThrownBy(() -> Program.load(SYS, ProgramType.XDP, code)).hasMessage(message);
    }

    private static List<ThrowingCallable> uses(BpfMap map) {
        Memory eight = Memory.allocate(8);
        if (map instanceof ArrayMap array) {
            return List.of(() -> array.get(0, eight), () -> array.put(0, eight), () -> array.getI64(0));
        } else if (map instanceof HashedMap hashed) {
            return List.of(
                    () -> hashed.get(eight, eight),
                    () -> hashed.put(eight, eight),
                    () -> hashed.remove(eight),
                    () -> hashed.nextKey(eight, eight));
        } else if (map instanceof PerCpuArrayMap perCpu) {
            return List.of(() -> perCpu.sumI64(0));
        } else if (map instanceof ArrayOfMaps maps) {
            return List.of(() -> maps.remove(0), () -> maps.put(0, map), () -> ArrayOfMaps.create(SYS, "of", map, 1));
        } else if (map instanceof ProgramArray programs) {
            return List.of(() -> programs.remove(0));
        }
        RingBuffer ring = (RingBuffer) map;
        return List.of(() -> ring.drain(any -> {}, 1), () -> ring.await(0));
    }

    @Test
    void aClosedMappedArraySaysSo() throws IOException {
        MappedArrayMap map = MappedArrayMap.create(SYS, "mapped", 8, 1);
        Memory memory = map.memory();
        map.close();
        assertThatThrownBy(map::memory).hasMessage("map mapped (ARRAY) is closed");
        assertThatThrownBy(() -> memory.getI64(0)).isInstanceOf(IllegalStateException.class);
    }

    /** The addresses stay, and what was there is gone: the map and the memory are one from then on. */
    @Test
    void aMappedArrayTakesThePlaceOfOtherMemory() throws IOException {
        try (Mapping place = Mapping.anonymous(SYS, 2 * 4096)) {
            Memory memory = place.memory();
            memory.putI64(4096, 7);
            assertThatThrownBy(() -> MappedArrayMap.at(place, SYS, "mapped", 4096, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageEndingWith("must be the 8192 bytes that are mapped: valueSize=4096");
            try (Mapping part = Mapping.borrowed(memory, 0, 4096)) {
                assertThatThrownBy(() -> MappedArrayMap.at(part, SYS, "mapped", 4096, 1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the memory is another object's");
            }
            Memory value = Memory.allocate(4096);
            MappedArrayMap map = MappedArrayMap.at(place, SYS, "mapped", 4096, 2);
            assertThat(memory.getI64(4096)).isZero();
            memory.putI64(4096, 8);
            map.lookup(1, value);
            assertThat(value.getI64(0)).isEqualTo(8);
            map.close();
            memory.putI64(4096, 9);
            assertThat(memory.getI64(4096)).isEqualTo(9);
        }
    }

    private static BpfMap create(Syscalls sys, MapType type) throws IOException {
        return switch (type) {
            case ARRAY -> ArrayMap.create(sys, "closed", 8, 1);
            case HASH -> HashedMap.create(sys, "closed", 8, 8, 1);
            case PERCPU_ARRAY -> PerCpuArrayMap.create(sys, "closed", 8, 1);
            case PROG_ARRAY -> ProgramArray.create(sys, "closed", 1);
            case RINGBUF -> RingBuffer.create(sys, "closed", 1 << 16);
            case ARRAY_OF_MAPS -> {
                try (ArrayMap like = ArrayMap.create(SYS, "like", 8, 1)) {
                    yield ArrayOfMaps.create(sys, "closed", like, 1);
                }
            }
        };
    }

    @ParameterizedTest
    @EnumSource(MapType.class)
    void nothingIsLeftWhereAStepFails(MapType type) throws IOException {
        Resources before = Resources.now();
        FaultySyscalls sys = new FaultySyscalls(SYS);
        create(sys, type).close();
        int steps = sys.steps();
        for (int step = 1; step <= steps; step++) {
            sys.failAt(step, Errno.ENOMEM);
            assertThatThrownBy(() -> create(sys, type)).hasMessageStartingWith("ENOMEM: ");
            assertThat(sys.mapped()).isZero();
        }
        assertThat(steps).isPositive();
        Resources.assertNothingSince(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a name that is longer", "sixteen_letters_", "with space", "ünicode"})
    void aNameThatTheKernelRefusesIsRefused(String name) {
        assertThatThrownBy(() -> ArrayMap.create(SYS, name, 8, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1..15 letters");
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        List<ThrowingCallable> wrong = List.of(
                () -> ArrayMap.create(SYS, "map", 0, 1),
                () -> ArrayMap.create(SYS, "map", 8, 0),
                () -> ArrayMap.create(SYS, "map", Integer.MAX_VALUE, 1),
                () -> MappedArrayMap.create(SYS, "map", 1 << 20, 1 << 11),
                () -> HashedMap.create(SYS, "map", 0, 8, 1),
                () -> HashedMap.create(SYS, "map", 8, -1, 1),
                () -> RingBuffer.create(SYS, "map", 3 << 16),
                () -> RingBuffer.create(SYS, "map", 8),
                () -> RingBuffer.create(SYS, "map", Integer.MIN_VALUE));
        for (ThrowingCallable call : wrong) {
            assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aMapThatTheKernelHasNotIsNamedWithTheLinuxThatHasIt() {
        Syscalls old = new DelegatingSyscalls(SYS) {
            @Override
            public int bpf(int command, long attributes, int size) {
                return -Errno.EINVAL;
            }
        };
        ErrnoException e = catchThrowableOfType(ErrnoException.class, () -> MappedArrayMap.create(old, "mapped", 8, 1));
        assertThat(e)
                .hasMessageStartingWith("EINVAL: bpf(BPF_MAP_CREATE, type=ARRAY|MMAPABLE, name=mapped, key_size=4,"
                        + " value_size=8, max_entries=1): ")
                .hasMessageContaining("BPF_F_MMAPABLE in 5.5");
    }
}
