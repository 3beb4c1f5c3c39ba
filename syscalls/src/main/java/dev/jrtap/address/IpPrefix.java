// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An address of IPv4 or IPv6 with the length of its subnet's prefix, as {@code 192.0.2.1/24}.
 *
 * @param length bits of the prefix, 0..32 or 0..128
 */
public record IpPrefix(InetAddress address, int length) {

    private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

    /**
     * Checks a prefix.
     *
     * @throws IllegalArgumentException if the address has fewer bits
     */
    public IpPrefix {
        int bits = bits(address);
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException(
                    "the prefix of " + IpAddress.format(address) + " must have 0.." + bits + " bits: " + length);
        }
    }

    /**
     * Reads {@code "192.0.2.1/24"} or {@code "2001:db8::1/64"}.
     *
     * @throws IllegalArgumentException if it is neither, or has no length: for the address alone there is {@link #host}
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "the length of the prefix is missing, as in 192.0.2.1/24: \"" + text + "\"");
        }
        String length = text.substring(slash + 1);
        if (!LENGTH.matcher(length).matches()) {
            throw new IllegalArgumentException(
                    "the length of a prefix is a number, as in 192.0.2.1/24: \"" + text + "\"");
        }
        return new IpPrefix(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(length));
    }

    /** Returns the prefix of one address alone: /32 or /128. */
    public static IpPrefix host(InetAddress address) {
        return new IpPrefix(address, bits(address));
    }

    /** Returns the subnet: the address with all bits after the prefix zero, as 192.0.2.0/24 for 192.0.2.1/24. */
    public IpPrefix network() {
        byte[] bytes = address.getAddress();
        for (int bit = length; bit < bits(address); bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >>> bit % Byte.SIZE);
        }
        try {
            return new IpPrefix(InetAddress.getByAddress(bytes), length);
        } catch (UnknownHostException e) {
            throw new AssertionError("the bytes are those of an address", e);
        }
    }

    /** Returns whether an address is in the subnet. */
    public boolean contains(InetAddress other) {
        return bits(other) == bits(address)
                && new IpPrefix(other, length).network().equals(network());
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }

    /** Returns whether it is of IPv4; otherwise it is of IPv6. */
    public boolean isIpv4() {
        return address instanceof Inet4Address;
    }

    /** Returns {@code "192.0.2.1/24"}. */
    public String format() {
        return IpAddress.format(address) + "/" + length;
    }

    @Override
    public String toString() {
        return format();
    }
}
