// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.memory;

import com.kenai.jffi.MemoryIO;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A span of native memory.
 *
 * <p>Every position {@code at} is a byte offset from the start, and every access is checked against the size and throws
 * an {@link IndexOutOfBoundsException} outside it. Accessors without a suffix use the machine's byte order; {@code Be}
 * is network order. {@code Acquire}, {@code Release} and {@code Opaque} are those of {@link VarHandle} and need a
 * position that is a multiple of the width.
 *
 * <p>A span made by {@link #allocate} owns its bytes and frees them when it is no longer reachable: code that passes
 * {@link #address()} to the kernel keeps it reachable until the kernel is done, see {@link #keepAlive}. A span made by
 * {@link #wrap} owns nothing.
 *
 * <p>Threads: plain accesses need the caller's own synchronization.
 */
public final class Memory {

    private static final VarHandle I16 = MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());
    private static final VarHandle I32 = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle I64 = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle I16_BE = MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle I32_BE = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle I64_BE = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    // A char above 0x7ff takes three; the two of a surrogate pair take four together.
    private static final int MOST_BYTES_OF_A_CHAR = 3;

    private static final int MORE_THAN_ASCII = 0x80;

    private static final int BLOCK = 64;

    static {
        SignatureClasses.load();
    }

    private final long address;
    // Null once the memory has been given up.
    private ByteBuffer bytes;
    private @Nullable Set<Memory> slices;

    private final boolean isOwner;
    // A part of a buffer that was given, whose bytes may be freed although it is reachable.
    private final boolean isGiven;

    private Memory(long address, ByteBuffer bytes, boolean isOwner, boolean isGiven) {
        this.address = address;
        this.bytes = bytes;
        this.isOwner = isOwner;
        this.isGiven = isGiven;
    }

    /** Views {@code size} bytes at {@code address}, which must stay mapped as long as the view is used. */
    public static Memory wrap(long address, int size) {
        // The upper half of all addresses is the kernel's.
        if (address <= 0 || size < 0 || address > Long.MAX_VALUE - size) {
            throw new IllegalArgumentException(
                    "no memory of a process at address 0x" + Long.toHexString(address) + ", size " + size);
        }
        NativeAccess.require();
        return new Memory(address, MemoryIO.getInstance().newDirectByteBuffer(address, size), false, false);
    }

    /** Returns zeroed memory, aligned to 8 bytes, for arguments of system calls. */
    public static Memory allocate(int size) {
        return allocate(size, Long.BYTES);
    }

    /**
     * Returns zeroed memory whose address is a multiple of {@code alignment}: 4096, a page, suits O_DIRECT on every
     * device.
     *
     * @param size bytes, from 0 on
     * @param alignment a power of two
     */
    public static Memory allocate(int size, int alignment) {
        if (alignment < 1 || Integer.bitCount(alignment) != 1) {
            throw new IllegalArgumentException("alignment must be a power of two: " + alignment);
        }
        if (size < 0 || size > Integer.MAX_VALUE - alignment) {
            throw new IllegalArgumentException("a span has 0.." + (Integer.MAX_VALUE - alignment) + " bytes: " + size);
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(size + alignment);
        bytes = bytes.slice(alignment - bytes.alignmentOffset(0, alignment), size);
        NativeAccess.require();
        return new Memory(MemoryIO.getInstance().getDirectBufferAddress(bytes), bytes, true, false);
    }

    /**
     * Views a direct buffer from its position to its limit, and keeps it reachable. For a segment, pass its {@code
     * asByteBuffer()}: once its arena is closed, accesses and operations throw. The arena must stay open until
     * operations on it are over.
     *
     * @throws IllegalArgumentException if the buffer is on the heap, where the collector moves it, or read-only
     * @throws IllegalStateException if it belongs to a segment whose arena is closed
     */
    public static Memory of(ByteBuffer direct) {
        if (!direct.isDirect() || direct.isReadOnly()) {
            throw new IllegalArgumentException("the buffer must be direct and writable: " + direct);
        }
        ByteBuffer bytes = direct.slice();
        requireOpen(bytes);
        NativeAccess.require();
        return new Memory(MemoryIO.getInstance().getDirectBufferAddress(bytes), bytes, true, true);
    }

    /** An access tells whether the buffer is a segment's whose arena is closed, or another thread's. */
    private static void requireOpen(ByteBuffer given) {
        if (given.hasRemaining()) {
            given.get(0);
        }
    }

    /** Returns the text in UTF-8 with a terminating zero, as C wants it. */
    public static Memory ofString(String text) {
        byte[] encoded = encode(text);
        Memory memory = allocate(encoded.length + 1);
        memory.putBytes(0, encoded, 0, encoded.length);
        return memory;
    }

    /** Returns the bytes that {@link #putString} needs for {@code text} at most. */
    public static int stringRoom(String text) {
        int length = Objects.requireNonNull(text, "text").length();
        return Math.addExact(Math.multiplyExact(length, MOST_BYTES_OF_A_CHAR), 1);
    }

    private static byte[] encode(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero byte inside a C string");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the address of the first byte. */
    public long address() {
        ByteBuffer present = bytes();
        if (isGiven) {
            requireOpen(present);
        }
        return address;
    }

    /** Address of the byte at {@code at}, checked: the {@code length} bytes from there on lie inside the span. */
    public long address(int at, int length) {
        checkSpan(at, length);
        if (isGiven) {
            requireOpen(bytes());
        }
        return address + at;
    }

    private void checkSpan(int at, int length) {
        int size = bytes().capacity();
        if ((at | length) < 0 || length > size - at) {
            throw new IndexOutOfBoundsException(length + " bytes at " + at + " of " + size);
        }
    }

    /** Returns the number of bytes in the span; 0 after {@link #invalidate}. */
    public int size() {
        ByteBuffer present = bytes;
        return present == null ? 0 : present.capacity();
    }

    /** Returns a view of a part, which ends with this span. Allocates: for set-up, not for each packet. */
    public Memory slice(int at, int size) {
        return slice(at, size, isOwner);
    }

    /**
     * Like {@link #slice}, for a user that invalidates its view when it is done, even where this span owns its bytes.
     */
    public Memory borrow(int at, int size) {
        return slice(at, size, false);
    }

    private synchronized Memory slice(int at, int size, boolean isOwner) {
        checkSpan(at, size);
        Memory slice = new Memory(address + at, bytes().slice(at, size), isOwner, isGiven);
        if (slices == null) {
            slices = Collections.newSetFromMap(new WeakHashMap<>());
        }
        slices.add(slice);
        return slice;
    }

    /**
     * Makes every later access fail with {@link IllegalStateException}, those through slices too: called by the
     * owner that unmaps the bytes, so that a late access in the same thread is an exception and not a crash of the
     * process.
     *
     * @throws IllegalStateException if the span owns its bytes: they are freed when it is no longer reachable
     */
    @SuppressWarnings("NullAway") // a late access must fail
    public synchronized void invalidate() {
        if (isOwner) {
            throw new IllegalStateException(this + " owns its bytes, which cannot be unmapped under it");
        }
        bytes = null;
        if (slices != null) {
            slices.forEach(Memory::invalidate);
        }
    }

    // Costs nothing: the test for null is the one that the access makes in any case.
    private ByteBuffer bytes() {
        ByteBuffer present = bytes;
        if (present == null) {
            throw new IllegalStateException(
                    "the memory at 0x" + Long.toHexString(address) + " has been unmapped: its owner is closed");
        }
        return present;
    }

    /**
     * Returns the same bytes as a direct buffer in the machine's byte order, which keeps them allocated.
     *
     * @throws IllegalStateException if they belong to another object, which will unmap them: a ring, a mapping
     */
    public ByteBuffer asByteBuffer() {
        if (!isOwner) {
            throw new IllegalStateException(this + " belongs to another object, and a buffer would not see its end:"
                    + " copy by getBytes, or use memory of Memory.allocate");
        }
        return bytes().slice().order(ByteOrder.nativeOrder());
    }

    /** Keeps the bytes of {@link #allocate} from being freed before this call. */
    public void keepAlive() {
        Reference.reachabilityFence(this);
    }

    public byte getI8(int at) {
        return bytes().get(at);
    }

    public int getU8(int at) {
        return bytes().get(at) & 0xff;
    }

    public void putI8(int at, int value) {
        bytes().put(at, (byte) value);
    }

    public int getU16(int at) {
        return (short) I16.get(bytes(), at) & 0xffff;
    }

    public void putI16(int at, int value) {
        I16.set(bytes(), at, (short) value);
    }

    public void putI16Release(int at, int value) {
        I16.setRelease(bytes(), at, (short) value);
    }

    public int getU16Be(int at) {
        return (short) I16_BE.get(bytes(), at) & 0xffff;
    }

    public void putI16Be(int at, int value) {
        I16_BE.set(bytes(), at, (short) value);
    }

    public int getI32(int at) {
        return (int) I32.get(bytes(), at);
    }

    public void putI32(int at, int value) {
        I32.set(bytes(), at, value);
    }

    public int getI32Acquire(int at) {
        return (int) I32.getAcquire(bytes(), at);
    }

    public void putI32Release(int at, int value) {
        I32.setRelease(bytes(), at, value);
    }

    public int getI32Opaque(int at) {
        return (int) I32.getOpaque(bytes(), at);
    }

    public int getI32Be(int at) {
        return (int) I32_BE.get(bytes(), at);
    }

    public void putI32Be(int at, int value) {
        I32_BE.set(bytes(), at, value);
    }

    public long getI64(int at) {
        return (long) I64.get(bytes(), at);
    }

    public void putI64(int at, long value) {
        I64.set(bytes(), at, value);
    }

    public long getI64Acquire(int at) {
        return (long) I64.getAcquire(bytes(), at);
    }

    public long getI64Opaque(int at) {
        return (long) I64.getOpaque(bytes(), at);
    }

    public void putI64Release(int at, long value) {
        I64.setRelease(bytes(), at, value);
    }

    /**
     * Writes {@code value} if {@code expected} is there, atomically and as a full barrier.
     *
     * @return whether it was there
     */
    public boolean compareAndSetI64(int at, long expected, long value) {
        return I64.compareAndSet(bytes(), at, expected, value);
    }

    public long getI64Be(int at) {
        return (long) I64_BE.get(bytes(), at);
    }

    public void putI64Be(int at, long value) {
        I64_BE.set(bytes(), at, value);
    }

    public void getBytes(int at, byte[] to, int offset, int length) {
        checkSpan(at, length);
        bytes().get(at, to, offset, length);
    }

    public void putBytes(int at, byte[] from, int offset, int length) {
        checkSpan(at, length);
        bytes().put(at, from, offset, length);
    }

    /**
     * Copies {@code length} bytes of {@code from}, starting at {@code fromAt}, to {@code at}; the spans may overlap.
     */
    public void copy(int at, Memory from, int fromAt, int length) {
        checkSpan(at, length);
        from.checkSpan(fromAt, length);
        bytes().put(at, from.bytes(), fromAt, length);
    }

    /** Clears {@code length} bytes from {@code at} on. */
    public void zero(int at, int length) {
        checkSpan(at, length);
        int end = at + length;
        int i = at;
        // Written out, because a submission entry has 64 bytes: the compiler merges the checks of eight neighbors.
        for (; i + BLOCK <= end; i += BLOCK) {
            I64.set(bytes(), i, 0L);
            I64.set(bytes(), i + 8, 0L);
            I64.set(bytes(), i + 16, 0L);
            I64.set(bytes(), i + 24, 0L);
            I64.set(bytes(), i + 32, 0L);
            I64.set(bytes(), i + 40, 0L);
            I64.set(bytes(), i + 48, 0L);
            I64.set(bytes(), i + 56, 0L);
        }
        for (; i + Long.BYTES <= end; i += Long.BYTES) {
            I64.set(bytes(), i, 0L);
        }
        for (; i < end; i++) {
            bytes().put(i, (byte) 0);
        }
    }

    /** Returns the text that begins at {@code at} and ends before a zero byte or after {@code limit} bytes. */
    public String getString(int at, int limit) {
        checkSpan(at, limit);
        byte[] encoded = new byte[limit];
        bytes().get(at, encoded, 0, limit);
        int length = 0;
        while (length < limit && encoded[length] != 0) {
            length++;
        }
        return new String(encoded, 0, length, StandardCharsets.UTF_8);
    }

    /**
     * Puts the text in UTF-8 with a terminating zero, as C wants it. Makes no garbage where it is ASCII, as
     * paths mostly are.
     *
     * @return the position after the zero
     */
    public int putString(int at, String text) {
        int length = text.length();
        int i = 0;
        for (char c; i < length && (c = text.charAt(i)) != 0 && c < MORE_THAN_ASCII; i++) {
            putI8(at + i, c);
        }
        if (i == length) {
            putI8(at + i, 0);
            return at + i + 1;
        }
        byte[] encoded = encode(text);
        int end = at + encoded.length;
        bytes().put(at, encoded);
        bytes().put(end, (byte) 0);
        return end + 1;
    }

    @Override
    public String toString() {
        return "Memory(0x" + Long.toHexString(address) + ", " + size() + " bytes)";
    }
}
