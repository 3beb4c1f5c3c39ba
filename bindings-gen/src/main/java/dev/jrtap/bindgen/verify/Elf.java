// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The sections of a 64-bit little-endian ELF file.
 *
 * <p>Source: elf(5).
 */
final class Elf {

    private static final int SECTION_OFFSET = 0x28;
    private static final int SECTION_ENTRY_SIZE = 0x3a;
    private static final int SECTION_COUNT = 0x3c;
    private static final int SECTION_NAMES = 0x3e;

    private static final int MACHINE = 0x12;

    private final ByteBuffer file;
    private final Map<String, ByteBuffer> sections = new HashMap<>();

    /** Reads the table of sections; throws a {@link BindgenException} if it is damaged. */
    Elf(byte[] bytes) {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            readSections();
        } catch (IndexOutOfBoundsException e) {
            throw new BindgenException("the table of sections of an ELF file refers to data outside the file", e);
        }
    }

    private void readSections() {
        int table = (int) file.getLong(SECTION_OFFSET);
        int entry = file.getShort(SECTION_ENTRY_SIZE);
        int names = table + file.getShort(SECTION_NAMES) * entry;
        for (int i = 0; i < file.getShort(SECTION_COUNT); i++) {
            int header = table + i * entry;
            String name = string(file, (int) file.getLong(names + 0x18) + file.getInt(header));
            int isEmptyInFile = 8;
            if (file.getInt(header + 4) != isEmptyInFile) {
                sections.put(
                        name,
                        file.slice((int) file.getLong(header + 0x18), (int) file.getLong(header + 0x20))
                                .order(ByteOrder.LITTLE_ENDIAN));
            }
        }
    }

    /** Returns whether a file is an ELF file for an architecture; a linker script is not. */
    static boolean isFor(Path file, Target target) throws IOException {
        byte[] head = new byte[MACHINE + 2];
        try (InputStream in = Files.newInputStream(file)) {
            if (in.readNBytes(head, 0, head.length) < head.length) {
                return false;
            }
        }
        int machine = switch (target) {
            case X86_64 -> 62;
            case AARCH64 -> 183;
            case RISCV64 -> 243;
        };
        boolean elf = head[0] == 0x7f && head[1] == 'E' && head[2] == 'L' && head[3] == 'F';
        return elf && (head[MACHINE] & 0xff) + ((head[MACHINE + 1] & 0xff) << 8) == machine;
    }

    /** Returns the section's bytes, from index 0; empty if there is no such section. */
    ByteBuffer section(String name) {
        ByteBuffer section = sections.get(name);
        return section == null ? ByteBuffer.allocate(0) : section.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the bytes up to the next zero, as text. */
    static String string(ByteBuffer from, int at) {
        int end = at;
        while (end >= 0 && end < from.limit() && from.get(end) != 0) {
            end++;
        }
        if (end < 0 || end >= from.limit()) {
            throw new BindgenException(
                    "the text at " + at + " extends beyond its section of " + from.limit() + " bytes");
        }
        byte[] bytes = new byte[end - at];
        from.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
