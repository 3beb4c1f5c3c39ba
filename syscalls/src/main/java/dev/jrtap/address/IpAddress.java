// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Parses and prints addresses of IPv4 and IPv6, and never asks a name server. The value is the JDK's own {@link
 * InetAddress}.
 */
public final class IpAddress {

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    /** With a colon it is an address of IPv6 or an error, and never a name that would be looked up. */
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private static final int GROUPS = 8;

    private IpAddress() {}

    /**
     * Reads {@code "192.0.2.1"} or {@code "2001:db8::1"}: four numbers without leading zeros, or the forms of RFC 4291,
     * without a zone.
     *
     * @throws IllegalArgumentException if it is neither, or an address of IPv4 written as one of IPv6
     */
    public static InetAddress parse(String text) {
        boolean ipv4 = IPV4.matcher(text).matches();
        if (ipv4 || IPV6.matcher(text).matches()) {
            try {
                InetAddress address = InetAddress.getByName(text);
                if (ipv4 == address instanceof Inet4Address) {
                    return address;
                }
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("no address of IPv4 or IPv6: \"" + text + "\"", e);
            }
        }
        throw new IllegalArgumentException("no address of IPv4 or IPv6: \"" + text + "\"");
    }

    /**
     * Returns the address as people write it: with the longest run of zero groups left out (RFC 5952), and without a
     * zone.
     */
    public static String format(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? address.getHostAddress() : formatIpv6(bytes);
    }

    private static String formatIpv6(byte[] bytes) {
        int start = 0;
        int longest = 1;
        for (int group = 0; group < GROUPS; group++) {
            int zeros = zerosFrom(bytes, group);
            if (zeros > longest) {
                start = group;
                longest = zeros;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int group = 0; group < GROUPS; group++) {
            if (longest > 1 && group == start) {
                text.append("::");
                group += longest - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":");
                text.append(Integer.toHexString(group(bytes, group)));
            }
        }
        return text.toString();
    }

    private static int zerosFrom(byte[] bytes, int first) {
        int group = first;
        while (group < GROUPS && group(bytes, group) == 0) {
            group++;
        }
        return group - first;
    }

    private static int group(byte[] bytes, int group) {
        return (bytes[2 * group] & 0xff) << Byte.SIZE | bytes[2 * group + 1] & 0xff;
    }
}
