// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import jnr.constants.platform.AddressFamily;

/**
 * An address of IPv4 or IPv6 with the length of its subnet's prefix, as {@code 192.0.2.1/24}.
 *
 * @param length bits of the prefix, 0..32 or 0..128
 */
public record IpPrefix(InetAddress address, int length) {

    public IpPrefix {
        int bits = address.getAddress().length * Byte.SIZE;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException(
                    "a prefix of " + address.getHostAddress() + " has 0.." + bits + " bits: " + length);
        }
    }

    /**
     * Reads {@code "192.0.2.1/24"} or {@code "2001:db8::1/64"}; without a slash the prefix is the whole address.
     *
     * @throws IllegalArgumentException if it is neither; names are not looked up
     */
    public static IpPrefix of(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        // What has only these characters is an address or an error, and never a name that would be asked of a server.
        if (!host.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("no address of IPv4 or IPv6: \"" + text + "\"");
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            int whole = address.getAddress().length * Byte.SIZE;
            return new IpPrefix(address, slash < 0 ? whole : Integer.parseInt(text.substring(slash + 1)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no address of IPv4 or IPv6: \"" + text + "\"", e);
        }
    }

    int family() {
        return familyOf(address);
    }

    static int familyOf(InetAddress address) {
        AddressFamily family = address instanceof Inet4Address ? AddressFamily.AF_INET : AddressFamily.AF_INET6;
        return family.intValue();
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + length;
    }
}
