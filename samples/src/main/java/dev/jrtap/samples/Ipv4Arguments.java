// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Checks IPv4 addresses that options give, and finds the kernel's address beside one of them. */
final class Ipv4Arguments {

    /** The longest prefix of a subnet with two hosts (RFC 3021). */
    private static final int LONGEST = 31;

    private Ipv4Arguments() {}

    /**
     * Returns an address as a number, first byte highest.
     *
     * @param option the option that gave it
     * @throws IllegalArgumentException if it is not an IPv4 address
     */
    static int number(String option, InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != Integer.BYTES) {
            throw new IllegalArgumentException(option + " must be an IPv4 address: " + IpAddress.format(address));
        }
        return ByteBuffer.wrap(bytes).getInt();
    }

    /**
     * Returns the kernel's address in the subnet of {@code host}: {@code wanted}, or the first other one if that is
     * {@code null}.
     *
     * @throws IllegalArgumentException if they cannot be the addresses of two hosts in one subnet
     */
    static IpPrefix kernelBeside(IpPrefix host, InetAddress wanted) throws UnknownHostException {
        int number = number("--address", host.address());
        if (host.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "--address must be in a subnet with room for the kernel's address, shorter than /32: " + host);
        }
        InetAddress kernel = wanted == null ? InetAddress.getByAddress(firstBeside(number, host.length())) : wanted;
        int kernelNumber = number("--kernel-address", kernel);
        if (!new Ipv4Station(0, kernelNumber, host.length()).isSource(number)) {
            throw new IllegalArgumentException("--address must be the unicast address of a host other than the kernel, "
                    + IpAddress.format(kernel) + ": " + host);
        }
        if (!host.contains(kernel) || !new Ipv4Station(0, number, host.length()).isSource(kernelNumber)) {
            throw new IllegalArgumentException("--kernel-address must be the address of another host in "
                    + host.network() + ": " + IpAddress.format(kernel));
        }
        return new IpPrefix(kernel, host.length());
    }

    private static byte[] firstBeside(int host, int length) {
        int network = length == 0 ? 0 : host & -1 << Integer.SIZE - length;
        // The first address of a longer subnet is no host's.
        int first = length == LONGEST ? network : network + 1;
        return ByteBuffer.allocate(Integer.BYTES)
                .putInt(first == host ? first + 1 : first)
                .array();
    }
}
