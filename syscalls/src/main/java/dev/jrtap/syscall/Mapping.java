// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Mman;
import dev.jrtap.memory.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Mapped memory with one owner, unmapped once.
 *
 * <p>Threads: one at a time. Operations by which the kernel writes to it must be over before {@link #close}.
 */
public final class Mapping implements AutoCloseable {

    private static final long DEFAULT_HUGE_PAGE = 2 << 20;
    private static final int READ_WRITE = Mman.PROT_READ | Mman.PROT_WRITE;
    private static final int SHARED = Mman.MAP_SHARED | Mman.MAP_POPULATE;

    private final @Nullable Syscalls sys;
    private final Memory memory;
    private final long address;
    private final int length;
    private boolean closed;

    private Mapping(Syscalls sys, long address, int length) {
        this.sys = sys;
        this.address = address;
        this.length = length;
        this.memory = Memory.wrap(address, length);
    }

    /** A part of memory that somebody else has mapped, and keeps when this is closed. */
    private Mapping(Memory memory) {
        this.sys = null;
        this.address = memory.address();
        this.length = memory.size();
        this.memory = memory;
    }

    /** Takes memory that stays the caller's: closing only ends this view of it. */
    public static Mapping borrowed(Memory memory, int at, int length) {
        return new Mapping(memory.borrow(at, length));
    }

    /** Like {@link #huge(Syscalls, int)}, with the real system calls. */
    public static Mapping huge(int length) throws ErrnoException {
        return huge(Syscalls.libc(), length);
    }

    /**
     * Zeroed memory in huge pages of this process.
     *
     * @param length in bytes; rounded up to whole huge pages
     * @throws ErrnoException ENOMEM if too few of them are free
     */
    public static Mapping huge(Syscalls sys, int length) throws ErrnoException {
        checkLength(length);
        long page = hugePageSize();
        long most = Integer.MAX_VALUE / page * page;
        if (length > most) {
            throw new IllegalArgumentException(
                    "huge pages of " + page + " bytes: at most " + most + " bytes: " + length);
        }
        int whole = (int) ((length + page - 1) / page * page);
        int flags = Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS | Mman.MAP_POPULATE | Mman.MAP_HUGETLB;
        long address = sys.mmap(0, whole, Mman.PROT_READ | Mman.PROT_WRITE, flags, -1, 0);
        if (address < 0) {
            throw ErrnoException.of(
                    address,
                    "mmap(length=" + whole + ", MAP_PRIVATE|MAP_ANONYMOUS|MAP_POPULATE|MAP_HUGETLB)",
                    "too few huge pages of " + page + " bytes are free: raise vm.nr_hugepages");
        }
        return new Mapping(sys, address, whole);
    }

    private static long hugePageSize() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("Hugepagesize:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException e) {
            // No /proc: the size that most machines have.
        }
        return DEFAULT_HUGE_PAGE;
    }

    /** Like {@link #anonymous(Syscalls, int)}, with the real system calls. */
    public static Mapping anonymous(int length) throws ErrnoException {
        return anonymous(Syscalls.libc(), length);
    }

    /** Zeroed pages of this process, present at once, so that no first touch is a page fault on the data path. */
    public static Mapping anonymous(Syscalls sys, int length) throws ErrnoException {
        int flags = Mman.MAP_PRIVATE | Mman.MAP_ANONYMOUS | Mman.MAP_POPULATE;
        return map(sys, length, READ_WRITE, flags, -1, 0, "MAP_PRIVATE|MAP_ANONYMOUS|MAP_POPULATE");
    }

    /** Memory shared with the kernel behind {@code fd}, from {@code offset} on. */
    public static Mapping shared(Fd fd, int length, long offset) throws ErrnoException {
        return map(fd.syscalls(), length, READ_WRITE, SHARED, fd.fd(), offset, "MAP_SHARED|MAP_POPULATE");
    }

    /** Like {@link #shared}, to be read only: a write ends the process by a signal. */
    public static Mapping sharedReadOnly(Fd fd, int length, long offset) throws ErrnoException {
        String names = "PROT_READ, MAP_SHARED|MAP_POPULATE";
        return map(fd.syscalls(), length, Mman.PROT_READ, SHARED, fd.fd(), offset, names);
    }

    /**
     * Maps the memory shared with the kernel behind {@code fd} at the same addresses. The former content is lost, and
     * nobody may use it meanwhile: no operation of a ring, and no buffer registered with one.
     *
     * @throws IllegalStateException if it is closed, or only borrowed
     */
    public void replaceBy(Fd fd) throws ErrnoException {
        if (closed || sys == null) {
            throw new IllegalStateException(closed ? "the mapping is closed" : "the memory is another object's");
        }
        long result = sys.mmap(address, length, READ_WRITE, SHARED | Mman.MAP_FIXED, fd.fd(), 0);
        if (result < 0) {
            String call = "mmap(length=" + length + ", MAP_SHARED|MAP_POPULATE|MAP_FIXED, " + fd + ")";
            throw ErrnoException.of(result, call, hint((int) -result));
        }
    }

    private static Mapping map(
            Syscalls sys, int length, int protection, int flags, int fd, long offset, String flagNames)
            throws ErrnoException {
        checkLength(length);
        if (offset < 0) {
            throw new IllegalArgumentException("offset of a mapping must not be negative: " + offset);
        }
        long address = sys.mmap(0, length, protection, flags, fd, offset);
        if (address < 0) {
            String call = "mmap(length=" + length + ", " + flagNames + ", fd=" + fd + ", offset=0x"
                    + Long.toHexString(offset) + ")";
            throw ErrnoException.of(address, call, hint((int) -address));
        }
        return new Mapping(sys, address, length);
    }

    private static void checkLength(int length) {
        if (length <= 0) {
            throw new IllegalArgumentException("length of a mapping must be positive: " + length);
        }
    }

    private static String hint(int errno) {
        return errno == Errno.ENOMEM || errno == Errno.EAGAIN
                ? "out of memory, mappings or locked memory: look at the limits of `ulimit -v -l` and vm.max_map_count"
                : "";
    }

    /** Returns the mapped bytes; they throw on access once the mapping is closed. */
    public Memory memory() {
        return memory;
    }

    /**
     * Unmaps; further calls do nothing. Operations that were given the memory must be over: until then the kernel uses
     * the addresses, whatever is mapped there next.
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            memory.invalidate();
            if (sys != null) {
                sys.munmap(address, length);
            }
        }
    }

    @Override
    public String toString() {
        return "Mapping(0x" + Long.toHexString(address) + ", " + length + " bytes" + (closed ? ", closed)" : ")");
    }
}
