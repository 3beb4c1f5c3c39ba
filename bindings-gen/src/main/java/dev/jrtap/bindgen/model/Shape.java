// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The contents of a place in memory, with all typedefs resolved.
 *
 * @param bytes the size of one element
 * @param count elements the number of elements of an array; {@link #SCALAR} and {@link #FLEXIBLE} are not counts
 * @param tag the tag of a struct or union, or its typedef's name; empty if it has neither; for a pointer, see {@link
 *     #target}
 */
public record Shape(Kind kind, long bytes, long count, String tag) {

    public static final long FLEXIBLE = -1;
    public static final long SCALAR = -2;

    private static final String TARGET = "&";

    private static final Pattern TEXT = Pattern.compile("(i|u|be|b|f|p|s)(\\d+)(?::([^\\[]*))?(?:\\[(\\d*)])?");

    /** Kinds of elements, with their letters in the model's text. */
    public enum Kind {
        SIGNED("i"),
        UNSIGNED("u"),
        /** Unsigned, big-endian. */
        NETWORK("be"),
        /** {@code _Bool}: a function defines only the lowest byte of the register. */
        BOOL("b"),
        REAL("f"),
        POINTER("p"),
        STRUCT("s");

        private final String letter;

        Kind(String letter) {
            this.letter = letter;
        }
    }

    public boolean isArray() {
        return count != SCALAR;
    }

    /** Returns the size of all elements in bytes. */
    public long size() {
        return count == SCALAR ? bytes : bytes * Math.max(0, count);
    }

    /**
     * Returns the shape of a pointer that is passed to a function. A struct that it points to is kept as one byte if it
     * is defined, because its size may differ between architectures and the signature may not.
     */
    public static Shape pointerTo(Shape target) {
        Shape kept = target.kind == Kind.STRUCT
                ? new Shape(Kind.STRUCT, Math.min(1, target.bytes), SCALAR, target.tag)
                : target;
        return new Shape(Kind.POINTER, Long.BYTES, SCALAR, TARGET + kept);
    }

    /**
     * Returns the shape that a pointer points to; {@code null} for {@code void}, for a function, and if an older model
     * does not record it.
     */
    public Shape target() {
        return kind == Kind.POINTER && tag.startsWith(TARGET) ? parse(tag.substring(TARGET.length())) : null;
    }

    /** Returns whether this is a struct of which only the name is known. */
    public boolean isOpaque() {
        return kind == Kind.STRUCT && bytes == 0 && !tag.isEmpty();
    }

    /** Returns whether an element is an integer that fits in a Java integer. */
    public boolean isInteger() {
        return kind != Kind.STRUCT && kind != Kind.REAL && bytes <= 8;
    }

    /** Returns whether Java has no such number, as for {@code long double}, {@code __int128} and {@code _Float16}. */
    public boolean isForeign() {
        return kind != Kind.STRUCT && (bytes > Long.BYTES || kind == Kind.REAL && bytes < Float.BYTES);
    }

    @Override
    public String toString() {
        String element = kind.letter + (kind == Kind.STRUCT ? bytes : bytes * 8) + (tag.isEmpty() ? "" : ":" + tag);
        return element + (count == SCALAR ? "" : count == FLEXIBLE ? "[]" : "[" + count + "]");
    }

    /** Parses the text that {@link #toString} returns. */
    public static Shape parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        for (Kind kind : Kind.values()) {
            if (kind.letter.equals(matcher.group(1))) {
                long size = Long.parseLong(matcher.group(2));
                String tag = matcher.group(3) == null ? "" : matcher.group(3);
                String count = matcher.group(4);
                return new Shape(
                        kind,
                        kind == Kind.STRUCT ? size : size / 8,
                        count == null ? SCALAR : count.isEmpty() ? FLEXIBLE : Long.parseLong(count),
                        tag);
            }
        }
        throw new IllegalArgumentException(text);
    }
}
