// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.address;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The name of a network interface, or a pattern with one {@code %d} that the kernel numbers.
 *
 * <p>Source: dev_valid_name and dev_alloc_name in net/core/dev.c; sysctl_dev_name_is_allowed in
 * net/core/sysctl_net_core.c.
 *
 * @param text 1..15 bytes in UTF-8
 */
public record InterfaceName(String text) {

    /** Bytes of the longest name. */
    public static final int MAX_BYTES = 15;

    /** The kernel has directories of these names beside those of interfaces. */
    private static final Set<String> RESERVED = Set.of(".", "..", "all", "default");

    private static final int NO_BREAK_SPACE = 0xa0;

    /**
     * Checks a name.
     *
     * @throws IllegalArgumentException if no interface can have it
     */
    public InterfaceName {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("an interface name must have 1.." + MAX_BYTES + " bytes, and \""
                    + abbreviate(text) + "\" has " + bytes.length);
        }
        for (byte each : bytes) {
            check(each & 0xff, text);
        }
        int percent = text.indexOf('%');
        if (percent >= 0 && (!text.startsWith("%d", percent) || text.indexOf('%', percent + 1) >= 0)) {
            throw new IllegalArgumentException(
                    "a % in an interface name must be one %d, which the kernel replaces by a number: \"" + text + "\"");
        }
        if (RESERVED.contains(text)) {
            throw new IllegalArgumentException("the kernel reserves the interface name \"" + text + "\"");
        }
    }

    /** Bytes that isspace() of the kernel takes for a space, including 0xa0, a part of some letters in UTF-8. */
    private static void check(int character, String text) {
        boolean space = character == ' ' || character >= '\t' && character <= '\r' || character == NO_BREAK_SPACE;
        if (character == 0 || character == '/' || character == ':' || space) {
            throw new IllegalArgumentException(String.format(
                    "an interface name must not have the byte 0x%02x: \"%s\"", character, text.replace('\0', '?')));
        }
    }

    private static String abbreviate(String text) {
        return text.length() <= MAX_BYTES ? text : text.substring(0, MAX_BYTES) + "…";
    }

    /** Reads a name; the same as the constructor. */
    public static InterfaceName parse(String text) {
        return new InterfaceName(text);
    }

    /** Returns the name. */
    public String format() {
        return text;
    }

    @Override
    public String toString() {
        return text;
    }
}
