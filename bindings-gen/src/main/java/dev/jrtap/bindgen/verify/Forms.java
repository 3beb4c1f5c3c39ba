// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads consecutive values in DWARF's encodings.
 *
 * <p>Source: DWARF 5, section 7.5.6.
 */
final class Forms {

    static final int IMPLICIT_CONST = 0x21;

    private final Elf elf;
    private final ByteBuffer in;

    Forms(Elf elf, ByteBuffer in) {
        this.elf = elf;
        this.in = in;
    }

    int position() {
        return in.position();
    }

    void seek(int position) {
        in.position(position);
    }

    void skip(long bytes) {
        // An unsigned length of 64 bits may be negative in Java.
        if (bytes < 0 || bytes > in.remaining()) {
            throw new BufferUnderflowException();
        }
        in.position(in.position() + (int) bytes);
    }

    int remaining() {
        return in.remaining();
    }

    int byteAt() {
        return in.get() & 0xff;
    }

    int shortAt() {
        return in.getShort() & 0xffff;
    }

    long intAt() {
        return in.getInt() & 0xffffffffL;
    }

    /** Reads an unsigned LEB128 number. */
    long unsigned() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = byteAt();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
    }

    /** Reads a signed LEB128 number. */
    long signed() {
        long value = 0;
        int shift = 0;
        int next;
        do {
            next = byteAt();
            value |= (long) (next & 0x7f) << shift;
            shift += 7;
        } while (next >= 0x80);
        return shift < 64 && (next & 0x40) != 0 ? value | -1L << shift : value;
    }

    private String textIn(String section, long offset) {
        return Elf.string(elf.section(section), (int) offset);
    }

    /** Reads a value in {@code form}: a number, text, or {@code null} for a form that is not needed. */
    Object value(int form, long implicit) {
        switch (form) {
            case 0x0b -> { // data1
                return (long) byteAt();
            }
            case 0x05 -> { // data2
                return (long) shortAt();
            }
            case 0x06, 0x13, 0x17 -> { // data4, ref4, sec_offset
                return intAt();
            }
            case 0x07, 0x01 -> { // data8, addr
                return in.getLong();
            }
            case 0x1e -> { // data16
                skip(16);
                return null;
            }
            case 0x0d -> { // sdata
                return signed();
            }
            case 0x0f -> { // udata
                return unsigned();
            }
            case 0x08 -> { // string
                String text = Elf.string(in, in.position());
                skip(text.getBytes(StandardCharsets.UTF_8).length + 1L);
                return text;
            }
            case 0x0e -> { // strp
                return textIn(".debug_str", intAt());
            }
            case 0x1f -> { // line_strp
                return textIn(".debug_line_str", intAt());
            }
            case 0x0c -> { // flag
                return (long) byteAt();
            }
            case 0x19 -> { // flag_present
                return 1L;
            }
            case IMPLICIT_CONST -> {
                return implicit;
            }
            case 0x18, 0x09 -> { // exprloc, block
                skip(unsigned());
                return null;
            }
            case 0x0a -> { // block1
                skip(byteAt());
                return null;
            }
            default -> throw new BindgenException("DWARF form 0x" + Integer.toHexString(form));
        }
    }
}
