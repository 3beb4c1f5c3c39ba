// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The types of a running kernel, from the kernel's own description of them.
 *
 * <p>Source: kernel documentation, "BPF Type Format (BTF)".
 */
public final class Btf {

    /** The file in which a kernel with {@code CONFIG_DEBUG_INFO_BTF} describes its types. */
    public static final Path RUNNING_KERNEL = Path.of("/sys/kernel/btf/vmlinux");

    private static final int MAGIC = 0xeb9f;
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int ENUM = 6;
    private static final int ENUM64 = 19;
    private static final int HEADER_BYTES = 12;
    /** The most anonymous structs inside one another that are read: several times as many as a kernel has. */
    private static final int DEEPEST = 64;

    /**
     * The layout of a struct or union: its size in bytes, and for each member the offset in bits, with the width of a
     * bit-field or 0 in the upper half. Members of anonymous members are the struct's own, and {@code outer.inner}
     * names a member of a member whose type has no name.
     */
    public record Layout(long size, Map<String, Long> members) {}

    private final Path file;
    private final ByteBuffer in;
    private int strings;
    private int[] types = new int[1 << 16];
    private int count = 1;
    private final Map<String, Integer> structs = new HashMap<>();
    private final Map<String, Long> enumerators = new HashMap<>();

    private Btf(Path file) throws IOException {
        this.file = file;
        in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads a file such as {@link #RUNNING_KERNEL}.
     *
     * @throws IOException if the file cannot be read, is not BTF, or is damaged
     */
    public static Btf read(Path file) throws IOException {
        Btf btf = new Btf(file);
        if (btf.in.capacity() < 2 || (btf.in.getShort(0) & 0xffff) != MAGIC) {
            throw new IOException(file + " is not BTF");
        }
        try {
            btf.index();
        } catch (IndexOutOfBoundsException e) {
            throw btf.damaged(e);
        }
        return btf;
    }

    /**
     * Returns the layout of a struct or union, or {@code null} if the kernel has none of that name.
     *
     * @throws UncheckedIOException if the description of its members is damaged
     */
    public Layout struct(String tag) {
        Integer id = structs.get(tag);
        if (id == null) {
            return null;
        }
        Map<String, Long> members = new LinkedHashMap<>();
        try {
            members(id, "", 0, members, 0);
        } catch (IndexOutOfBoundsException e) {
            throw new UncheckedIOException(damaged(e));
        }
        return new Layout(in.getInt(types[id] + 8) & 0xffffffffL, members);
    }

    private IOException damaged(Exception cause) {
        return new IOException(file + " is damaged: an entry refers to something outside the file", cause);
    }

    /** Returns the value of an enumerator, or {@code null} if the kernel has none of that name. */
    public Long enumerator(String name) {
        return enumerators.get(name);
    }

    private void index() {
        int header = in.getInt(4);
        int at = header + in.getInt(8);
        int end = at + in.getInt(12);
        strings = header + in.getInt(16);
        while (at < end) {
            if (count == types.length) {
                types = java.util.Arrays.copyOf(types, count * 2);
            }
            types[count] = at;
            int kind = kind(at);
            int members = in.getInt(at + 4) & 0xffff;
            if (kind == STRUCT || kind == UNION) {
                structs.putIfAbsent(string(in.getInt(at)), count);
            } else if (kind == ENUM || kind == ENUM64) {
                enumerators(at, members, kind == ENUM64);
            }
            count++;
            at += HEADER_BYTES + bytesAfter(kind, members);
        }
    }

    private int kind(int at) {
        return in.getInt(at + 4) >>> 24 & 0x1f;
    }

    private static int bytesAfter(int kind, int members) {
        return switch (kind) {
            case 1, 14, 17 -> 4; // INT, VAR, DECL_TAG
            case 3 -> 12; // ARRAY
            case STRUCT, UNION, ENUM64, 15 -> 12 * members; // 15: DATASEC
            case ENUM, 13 -> 8 * members; // 13: FUNC_PROTO
            default -> 0;
        };
    }

    private void enumerators(int at, int members, boolean wide) {
        for (int i = 0; i < members; i++) {
            int member = at + HEADER_BYTES + i * (wide ? 12 : 8);
            long low = in.getInt(member + 4);
            long value = wide ? low & 0xffffffffL | (long) in.getInt(member + 8) << 32 : low;
            enumerators.putIfAbsent(string(in.getInt(member)), value);
        }
    }

    private void members(int id, String prefix, long base, Map<String, Long> into, int depth) {
        if (depth > DEEPEST) {
            throw new IndexOutOfBoundsException("a struct within itself");
        }
        int at = types[id];
        int info = in.getInt(at + 4);
        boolean hasBitFields = info < 0;
        for (int i = 0; i < (info & 0xffff); i++) {
            int member = at + HEADER_BYTES + i * 12;
            String name = string(in.getInt(member));
            int type = in.getInt(member + 4);
            int offset = in.getInt(member + 8);
            long width = hasBitFields ? offset >>> 24 : 0;
            long place = base + (hasBitFields ? offset & 0xffffff : offset & 0xffffffffL);
            if (!name.isEmpty()) {
                into.put(prefix + name, place | width << 32);
            }
            int kind = kind(types[type]);
            if ((kind == STRUCT || kind == UNION)
                    && string(in.getInt(types[type])).isEmpty()) {
                members(type, name.isEmpty() ? prefix : prefix + name + ".", place, into, depth + 1);
            }
        }
    }

    private String string(int offset) {
        int start = strings + offset;
        int end = start;
        while (in.get(end) != 0) {
            end++;
        }
        return new String(in.array(), start, end - start, StandardCharsets.UTF_8);
    }
}
