// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.HeaderTexts;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/**
 * The elements of a character or string literal in memory.
 *
 * <p>Source: C17, 6.4.4.4 and 6.4.5; gcc encodes {@code char} as UTF-8.
 *
 * @param unit the bytes of an element
 * @param codes the elements, without the zero at the end
 */
record Encoded(int unit, int[] codes) {

    private static final String SIMPLE = "abtnvfre";
    private static final String MEANT = "\u0007\b\t\n\u000b\f\r\u001b";

    /** Encodes a literal with its prefix and quotes, or several consecutive ones. */
    static Encoded of(String text, char quote) {
        int unit = 1;
        IntStream.Builder codes = IntStream.builder();
        for (int start = text.indexOf(quote); start >= 0; ) {
            unit = Math.max(unit, unit(text, start));
            int end = start + 1;
            while (end < text.length() && text.charAt(end) != quote) {
                end += text.charAt(end) == '\\' ? 2 : 1;
            }
            append(text.substring(start + 1, Math.min(end, text.length())), unit, codes);
            start = text.indexOf(quote, end + 1);
        }
        return new Encoded(unit, codes.build().toArray());
    }

    private static int unit(String text, int quote) {
        char prefix = quote == 0 ? ' ' : text.charAt(quote - 1);
        return prefix == 'L' || prefix == 'U' ? 4 : prefix == 'u' ? 2 : 1;
    }

    private static void append(String text, int unit, IntStream.Builder codes) {
        for (int i = 0; i < text.length(); ) {
            int code = text.codePointAt(i);
            i += Character.charCount(code);
            if (code != '\\' || i == text.length()) {
                character(code, unit, codes);
                continue;
            }
            char escape = text.charAt(i++);
            int radix = escape == 'x' || escape == 'u' || escape == 'U' ? 16 : 8;
            if (radix == 8 && (escape < '0' || escape > '7')) {
                int simple = SIMPLE.indexOf(escape);
                character(simple < 0 ? escape : MEANT.charAt(simple), unit, codes);
                continue;
            }
            int start = radix == 8 ? i - 1 : i;
            int longest = escape == 'u' ? 4 : escape == 'U' ? 8 : radix == 8 ? 3 : text.length();
            int end = start;
            long value = 0;
            while (end < text.length() && end - start < longest && Character.digit(text.charAt(end), radix) >= 0) {
                value = value * radix + Character.digit(text.charAt(end++), radix);
            }
            i = end;
            if (escape == 'u' || escape == 'U') {
                character((int) value, unit, codes);
            } else {
                codes.add(unit == 4 ? (int) value : (int) value & (unit == 1 ? 0xff : 0xffff));
            }
        }
    }

    /** Appends a character, which is as many elements as its encoding needs. */
    private static void character(int code, int unit, IntStream.Builder codes) {
        if (!Character.isValidCodePoint(code)) {
            throw new BindgenException("not a character: 0x" + Integer.toHexString(code));
        }
        if (code >>> 8 == HeaderTexts.NO_CHARACTER >>> 8) {
            if (unit > 1) {
                throw new BindgenException("a wide string of bytes that are not UTF-8");
            }
            codes.add(code & 0xff);
            return;
        }
        String one = Character.toString(code);
        switch (unit) {
            case 1 -> {
                for (byte b : one.getBytes(StandardCharsets.UTF_8)) {
                    codes.add(b & 0xff);
                }
            }
            case 2 -> one.chars().forEach(codes::add);
            default -> codes.add(code);
        }
    }

    /** Returns whether the bytes are not UTF-8, and so not text. */
    boolean isRaw() {
        return unit == 1 && decoded() == null;
    }

    /** Returns the text; each of raw bytes is a character. */
    String text() {
        try {
            if (unit > 1) {
                return unit == 4
                        ? new String(codes, 0, codes.length)
                        : IntStream.of(codes)
                                .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                                .toString();
            }
            String decoded = decoded();
            return decoded == null ? new String(bytes(), StandardCharsets.ISO_8859_1) : decoded;
        } catch (IllegalArgumentException e) {
            throw new BindgenException("a string with elements that are not characters", e);
        }
    }

    private byte[] bytes() {
        byte[] bytes = new byte[codes.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) codes[i];
        }
        return bytes;
    }

    private String decoded() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
