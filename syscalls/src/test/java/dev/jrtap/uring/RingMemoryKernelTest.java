// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Mman;
import dev.jrtap.fixtures.Collected;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.TestLibc;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rings in memory that the caller has chosen. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RingMemoryKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int PAGE = 65536;
    private static final long MARK = 0x1122_3344_5566_7788L;

    private static RingBuilder builder() {
        return Ring.builder().entries(16).prefer(SetupFlag.NO_SQARRAY);
    }

    private static void useFully(Ring ring) {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 16; i++) {
                ring.submission().claim().nop().userData(i);
            }
            assertThat(Completions.await(ring, 16)).hasSize(16);
        }
    }

    @Test
    void severalRingsShareOnePieceOfMemory() throws IOException {
        Uring.require();
        Feature.require("NO_MMAP of many pages", new ManyPages().granted(), "Linux 6.14 or newer is needed");
        int each = builder().memoryNeeded();
        assertThat(each).isBetween(8192, 65536 * 2);
        try (Mapping mapping = Mapping.anonymous(SYS, 2 * each)) {
            Memory memory = mapping.memory();
            // What is there does not matter.
            memory.putI64(each, -1);
            try (Ring first = builder().memory(memory.slice(0, each)).build();
                    Ring second = builder().memory(memory.slice(each, each)).build()) {
                assertThat(first.capabilities().has(SetupFlag.NO_MMAP)).isTrue();
                useFully(first);
                useFully(second);
            }
            // It is the caller's again, and can hold the next ring.
            memory.putI64(0, 4711);
            assertThat(memory.getI64(0)).isEqualTo(4711);
            try (Ring third = builder().memory(memory.slice(0, each)).build()) {
                useFully(third);
            }
        }
    }

    /** A kernel that takes rings of several pages that do not lie together. */
    private static final class ManyPages {

        boolean granted() throws IOException {
            try (Ring ring =
                    Ring.builder().entries(1024).require(SetupFlag.NO_MMAP).build()) {
                return ring.isOpen();
            } catch (ErrnoException e) {
                return false;
            }
        }
    }

    /** A duplicate of its descriptor holds it: the kernel goes on posting to that memory, which therefore stays. */
    @Test
    void aRingThatLivesOnKeepsItsMemory() throws IOException {
        Uring.require();
        Feature.require("NO_MMAP of many pages", new ManyPages().granted(), "Linux 6.14 or newer is needed");
        long leaked = Ring.leaked();
        Fd[] other = new Fd[1];
        try (Ring sender = builder().build()) {
            WeakReference<Memory> kept = useAndLeak(other);
            assertThat(Ring.leaked() - leaked).isEqualTo(1);
            assertThat(Collected.isCollected(kept)).isFalse();
            assertThat(count(kept.get())).isZero();
            sender.submission().claim().msgRing(other[0].fd(), 1, MARK);
            assertThat(Completions.await(sender, 1).get(0).result()).isZero();
            assertThat(count(kept.get()))
                    .as("completions that the kernel has posted")
                    .isEqualTo(1);
        } finally {
            if (other[0] != null) {
                other[0].close();
            }
        }
    }

    private static WeakReference<Memory> useAndLeak(Fd[] other) throws IOException {
        Memory memory = ownPages(builder().memoryNeeded());
        List<Boolean> free = new ArrayList<>();
        try (Ring ring = builder().memory(memory).build()) {
            other[0] = Fd.own(SYS, Sockets.check(TestLibc.INSTANCE.dup(ring.messageFd()), "dup"));
            ring.onClosed(free::add);
            // Its completion proves nothing.
            ring.submission().claim().nop().skipSuccess();
            ring.submit();
        }
        assertThat(free).containsExactly(false);
        return new WeakReference<>(memory);
    }

    /** Memory that begins at a page, and is unmapped when nothing reaches it. */
    private static Memory ownPages(int size) {
        Memory block = Memory.allocate(size + PAGE);
        return block.slice((int) (-block.address() & PAGE - 1), size);
    }

    private static int count(Memory memory) {
        int count = 0;
        for (int at = 0; at < memory.size(); at += Long.BYTES) {
            count += memory.getI64(at) == MARK ? 1 : 0;
        }
        return count;
    }

    @Test
    void aRingThatIsOverLetsGoOfItsMemory() throws IOException {
        Uring.require();
        Feature.require("NO_MMAP of many pages", new ManyPages().granted(), "Linux 6.14 or newer is needed");
        Collected.await(useAndClose());
    }

    private static WeakReference<Memory> useAndClose() throws IOException {
        Memory memory = ownPages(builder().memoryNeeded());
        try (Ring ring = builder().memory(memory).build()) {
            useFully(ring);
        }
        return new WeakReference<>(memory);
    }

    /** init-mem: nothing before the memory that is needed is touched, and nothing behind it. */
    @ParameterizedTest
    @CsvSource({
        "256, 16384",
        "32, 4096",
        "128, 8192",
        "4096, 32768",
        "2, 8",
        "2, 1024",
    })
    void needsNoMoreThanItSays(int entries, int completions) throws IOException {
        Uring.require();
        Feature.require("NO_MMAP of many pages", new ManyPages().granted(), "Linux 6.14 or newer is needed");
        SetupFlag[][] kinds = {{}, {SetupFlag.SQE128}, {SetupFlag.CQE32}, {SetupFlag.SQE128, SetupFlag.CQE32}};
        for (SetupFlag[] kind : kinds) {
            RingBuilder builder = Ring.builder()
                    .entries(entries)
                    .completionEntries(completions)
                    .prefer(SetupFlag.NO_SQARRAY)
                    .require(kind);
            int needed = builder.memoryNeeded();
            try (Mapping mapping = Mapping.anonymous(SYS, needed + 2 * PAGE)) {
                Memory memory = mapping.memory();
                memory.putI64(PAGE - Long.BYTES, 0x5aa55aa5L);
                memory.putI64(PAGE + needed, 0xa55aa55aL);
                try (Ring ring = builder.memory(memory.slice(PAGE, needed)).build()) {
                    int batch = Math.min(64, entries);
                    for (int done = 0; done < 2 * completions; done += batch) {
                        for (int i = 0; i < batch; i++) {
                            ring.submission().claim().nop().userData(done + i);
                        }
                        long[] inOrder = LongStream.range(done, done + batch).toArray();
                        assertThat(Completions.await(ring, batch).stream()
                                        .mapToLong(Completions.Completion::userData)
                                        .toArray())
                                .isEqualTo(inOrder);
                        assertThat(memory.getI64(PAGE - Long.BYTES)).isEqualTo(0x5aa55aa5L);
                        assertThat(memory.getI64(PAGE + needed)).isEqualTo(0xa55aa55aL);
                    }
                }
                assertThat(memory.getI64(PAGE - Long.BYTES)).isEqualTo(0x5aa55aa5L);
                assertThat(memory.getI64(PAGE + needed)).isEqualTo(0xa55aa55aL);
            }
        }
    }

    @Test
    void refusesMemoryThatIsTooSmallOrBeginsInsideAPage() throws IOException {
        Uring.require();
        int needed = builder().memoryNeeded();
        try (Mapping mapping = Mapping.anonymous(SYS, needed + 4096)) {
            Memory small = mapping.memory().slice(0, 4096);
            assertThatThrownBy(() -> builder().memory(small).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("must begin at a page of ", "it has 4096 at 0x");
            Memory crooked = mapping.memory().slice(64, needed);
            assertThatThrownBy(() -> builder().memory(crooked).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must begin at a page of ");
        }
    }

    /** Where the machine has reserved huge pages the ring lies in them; where it has not, it is told how to. */
    @Test
    void liesInHugePagesOrSaysHowToGetThem() throws IOException {
        Uring.require();
        long before = freeHugePages();
        if (before == 0) {
            assertThatThrownBy(() -> builder().hugePages().build())
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContainingAll("MAP_HUGETLB", "raise vm.nr_hugepages");
            return;
        }
        try (Ring ring = builder().hugePages().build()) {
            useFully(ring);
            assertThat(freeHugePages()).isLessThan(before);
        }
        assertThat(freeHugePages()).isEqualTo(before);
    }

    @Test
    void hasOneRegionOfMemory() throws IOException {
        Uring.require();
        try (Mapping mapping = Mapping.anonymous(SYS, 65536);
                Ring ring = builder().build()) {
            try {
                // Unlike that of registered waits on a ring that is driven already.
                useFully(ring);
                ring.register().region(mapping.memory());
            } catch (ErrnoException e) {
                Feature.require("MEM_REGION", false, e.getMessage());
            }
            assertThatThrownBy(() -> ring.register().region(mapping.memory()))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContainingAll("EBUSY", "MEM_REGION, size=65536", "the ring has a region already");
            useFully(ring);
        }
    }

    /** As above, with small pages in place of huge ones, which few machines have reserved: nothing else differs. */
    @Test
    void liesInOnePieceAsInHugePages() throws IOException {
        Uring.require();
        Feature.require("NO_MMAP of many pages", new ManyPages().granted(), "Linux 6.14 or newer is needed");
        AtomicInteger asked = new AtomicInteger();
        Syscalls small = new DelegatingSyscalls(SYS) {
            @Override
            public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
                asked.addAndGet(Integer.bitCount(flags & Mman.MAP_HUGETLB));
                return super.mmap(address, length, protection, flags & ~Mman.MAP_HUGETLB, fd, offset);
            }
        };
        try (Ring ring = Ring.builder(small)
                .entries(16)
                .prefer(SetupFlag.NO_SQARRAY)
                .hugePages()
                .build()) {
            assertThat(asked).hasValue(1);
            useFully(ring);
        }
    }

    private static long freeHugePages() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("HugePages_Free:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }
}
