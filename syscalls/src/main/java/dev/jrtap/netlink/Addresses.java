// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.IfAddr;
import dev.jrtap.bindings.Ifaddrmsg;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Rtnetlink;
import java.io.IOException;
import java.net.Inet4Address;
import jnr.constants.platform.AddressFamily;

/**
 * Addresses of interfaces: what {@code ip address add} does.
 *
 * <p>Threads: any. Errors: {@link NetlinkException} when the kernel refuses.
 */
public final class Addresses {

    private final RouteSocket socket;

    public Addresses(RouteSocket socket) {
        this.socket = socket;
    }

    /**
     * Gives an interface an address, and the kernel a route to its subnet.
     *
     * @param prefixLength bits of the subnet, 0..32
     */
    public void add(int ifIndex, Inet4Address address, int prefixLength) throws IOException {
        byte[] bytes = address.getAddress();
        String text = "RTM_NEWADDR(ifindex=" + ifIndex + ", " + address.getHostAddress() + "/" + prefixLength + ")";
        int flags = Netlink.NLM_F_ACK | Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL;
        socket.request(new Message(text, Rtnetlink.RTM_NEWADDR, flags, Ifaddrmsg.SIZEOF)
                .body8(Ifaddrmsg.IFA_FAMILY, AddressFamily.AF_INET.intValue())
                .body8(Ifaddrmsg.IFA_PREFIXLEN, prefixLength)
                .body32(Ifaddrmsg.IFA_INDEX, ifIndex)
                .attribute(IfAddr.IFA_LOCAL, bytes)
                .attribute(IfAddr.IFA_ADDRESS, bytes));
    }
}
