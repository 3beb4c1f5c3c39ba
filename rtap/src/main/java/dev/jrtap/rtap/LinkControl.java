// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.netlink.Addresses;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.LinkStatistics;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.Neighbors;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.netlink.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * The kernel's side of a device, as {@code ip} shows and sets it. It finds the device after it was renamed, or moved to
 * another network namespace.
 *
 * <p>Threads: any. Errors: {@link dev.jrtap.netlink.NetlinkException} with the kernel's own words when the kernel
 * refuses; nothing is changed then.
 */
public final class LinkControl {

    private final DeviceSocket device;
    private final Queues queues;

    LinkControl(DeviceSocket device, Queues queues) {
        this.device = device;
        this.queues = queues;
    }

    /** A request without an answer. */
    private interface Change {
        void make(RouteSocket route, int ifIndex) throws IOException;
    }

    private void change(Change change) throws IOException {
        device.ask((route, ifIndex) -> {
            change.make(route, ifIndex);
            return true;
        });
    }

    /** Returns the present state of the interface. */
    public Link get() throws IOException {
        return device.ask((route, ifIndex) -> new Links(route).get(ifIndex));
    }

    /** Returns the kernel's counters since the interface was made. */
    public LinkStatistics statistics() throws IOException {
        return device.ask((route, ifIndex) -> new Links(route).statistics(ifIndex));
    }

    /** Brings it up. */
    public void up() throws IOException {
        change((route, ifIndex) -> new Links(route).up(ifIndex));
    }

    /** Brings it up and adds routes; if one cannot be added, takes it down again. */
    void up(List<IpPrefix> routes) throws IOException {
        // A device that is up has its routes: the kernel removes them when it goes down.
        boolean add = !routes.isEmpty() && !get().isAdministrativelyUp();
        up();
        if (add) {
            try {
                for (IpPrefix route : routes) {
                    addRoute(route);
                }
            } catch (IOException e) {
                down();
                throw e;
            }
        }
    }

    /** Takes it down. */
    public void down() throws IOException {
        change((route, ifIndex) -> new Links(route).down(ifIndex));
    }

    /**
     * Sets the MTU.
     *
     * @param mtu bytes of IP packet
     * @throws IllegalArgumentException if an open queue pair cannot receive frames that long
     */
    public void setMtu(int mtu) throws IOException {
        queues.changeMtu(mtu, () -> change((route, ifIndex) -> new Links(route).setMtu(ifIndex, mtu)));
    }

    /**
     * Sets the MAC address of the kernel's side: 48 bits, first byte highest; see {@link dev.jrtap.address.MacAddress}.
     */
    public void setMacAddress(long mac) throws IOException {
        change((route, ifIndex) -> new Links(route).setMacAddress(ifIndex, mac));
    }

    /** Whether the kernel takes what is sent to any MAC address. */
    public void setPromiscuous(boolean on) throws IOException {
        change((route, ifIndex) -> new Links(route).setPromiscuous(ifIndex, on));
    }

    /** Whether the kernel takes what is sent to any group. */
    public void setAllMulticast(boolean on) throws IOException {
        change((route, ifIndex) -> new Links(route).setAllMulticast(ifIndex, on));
    }

    /**
     * Sets how many packets may wait in the kernel to be received, in each queue, open ones included.
     *
     * @param packets 0 lets none wait: all are dropped, and counted as missed
     * @throws dev.jrtap.netlink.NetlinkException EPERM even if the kernel has no memory for queues so long
     */
    public void setTxQueueLength(int packets) throws IOException {
        change((route, ifIndex) -> new Links(route).setTxQueueLength(ifIndex, packets));
    }

    /** Gives it another name. */
    public void rename(String name) throws IOException {
        change((route, ifIndex) -> new Links(route).rename(ifIndex, name));
    }

    /** Adds an alternative name of up to 127 bytes. Since Linux 5.5. */
    public void addAlternativeName(String name) throws IOException {
        change((route, ifIndex) -> new Links(route).addAlternativeName(ifIndex, name));
    }

    /** Removes one of its alternative names. */
    public void removeAlternativeName(String name) throws IOException {
        change((route, ifIndex) -> new Links(route).removeAlternativeName(ifIndex, name));
    }

    /** Returns its alternative names. */
    public List<String> alternativeNames() throws IOException {
        return device.ask((route, ifIndex) -> new Links(route).alternativeNames(ifIndex));
    }

    /** Makes it a port of the bridge, or other interface that has ports, of this name in its namespace. */
    public void setMaster(String bridge) throws IOException {
        change((route, ifIndex) ->
                new Links(route).setMaster(ifIndex, new Links(route).get(bridge).ifIndex()));
    }

    /** Removes it from its bridge. */
    public void clearMaster() throws IOException {
        change((route, ifIndex) -> new Links(route).setMaster(ifIndex, 0));
    }

    /** Adds an address to the kernel's side, and a route to its subnet. */
    public void addAddress(IpPrefix address) throws IOException {
        change((route, ifIndex) -> new Addresses(route).add(ifIndex, address));
    }

    /**
     * Adds an address whose other end is {@code peer} to the kernel's side, and a route to the peer's subnet.
     *
     * @param address with the length of the peer's prefix
     */
    public void addAddress(IpPrefix address, InetAddress peer) throws IOException {
        change((route, ifIndex) -> new Addresses(route).add(ifIndex, address, peer));
    }

    /** Removes an address. */
    public void removeAddress(IpPrefix address) throws IOException {
        change((route, ifIndex) -> new Addresses(route).remove(ifIndex, address));
    }

    /** Removes an address that has a peer. */
    public void removeAddress(IpPrefix address, InetAddress peer) throws IOException {
        change((route, ifIndex) -> new Addresses(route).remove(ifIndex, address, peer));
    }

    /** Returns the addresses of the kernel's side. */
    public List<IpPrefix> addresses() throws IOException {
        return device.ask((route, ifIndex) -> new Addresses(route).list(ifIndex));
    }

    /** Adds a route: packets to {@code destination} go to this device. */
    public void addRoute(IpPrefix destination) throws IOException {
        change((route, ifIndex) -> new Routes(route).add(ifIndex, destination));
    }

    /** Adds a route: packets to {@code destination} go to {@code gateway}, a station that this device reaches. */
    public void addRoute(IpPrefix destination, InetAddress gateway) throws IOException {
        change((route, ifIndex) -> new Routes(route).add(ifIndex, destination, gateway));
    }

    /** Removes a route. */
    public void removeRoute(IpPrefix destination) throws IOException {
        change((route, ifIndex) -> new Routes(route).remove(ifIndex, destination));
    }

    /** Sets the MAC address of a station that this device reaches, so that the kernel never asks for it. */
    public void setNeighbor(InetAddress address, long mac) throws IOException {
        change((route, ifIndex) -> new Neighbors(route).set(ifIndex, address, mac));
    }

    /** Removes the MAC address of a station. */
    public void removeNeighbor(InetAddress address) throws IOException {
        change((route, ifIndex) -> new Neighbors(route).remove(ifIndex, address));
    }
}
