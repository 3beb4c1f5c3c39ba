// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.address.MacAddress;
import dev.jrtap.rtap.RingPolicy;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.tuntap.TunOffload;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of a device with a host in Java at its other end: name, addresses, queues and receive mode. */
final class HostOptions {

    @Option(
            names = "--device",
            paramLabel = "NAME",
            description = "Name of the TAP device; the kernel replaces %%d by a number (default: rtap%%d).",
            defaultValue = "rtap%d")
    private InterfaceName device;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS/LENGTH",
            description = {"IPv4 address that jrtap answers for, and its subnet", "(default: ${DEFAULT-VALUE})."},
            defaultValue = "10.42.0.2/24")
    private IpPrefix address;

    @Option(
            names = "--kernel-address",
            paramLabel = "ADDRESS",
            description = "The kernel's address on the device, in that subnet (default: the first other one).")
    private InetAddress kernelAddress;

    @Option(
            names = "--mac",
            paramLabel = "MAC",
            description = {"MAC address that jrtap answers for", "(default: ${DEFAULT-VALUE})."},
            defaultValue = "02:00:0a:2a:00:02")
    private MacAddress mac;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "MTU of the device (default: ${DEFAULT-VALUE}).",
            defaultValue = "1500")
    private int mtu;

    @Option(
            names = "--queues",
            paramLabel = "N",
            description = "RX/TX queue pairs, each driven by a thread of its own (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private int queues;

    @Option(
            names = "--ipv6",
            description = {"Also answer neighbor solicitations and ping for", "fd00:10:42::2."})
    private boolean ipv6;

    @Option(names = "--udp", description = "Also echo UDP datagrams to port 7 (RFC 862).")
    private boolean udp;

    @Option(
            names = "--rx-mode",
            paramLabel = "MODE",
            description = "Receive mode: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "AUTO")
    private RxMode rxMode;

    @Option(names = "--no-ring", description = "Do not use io_uring: one system call per packet.")
    private boolean noRing;

    @Option(names = "--no-napi", description = "Open the device without IFF_NAPI: cheaper sending, no GRO.")
    private boolean noNapi;

    private static final String KERNEL_6 = "fd00:10:42::1/64";
    private static final String ADDRESS_6 = "fd00:10:42::2";
    private static final long HIGH_6 = 0xfd00_0010_0042_0000L;
    private static final long LOW_6 = 2;

    /** Returns the responder's address, first byte highest. */
    int address() {
        return Ipv4Arguments.number("--address", address.address());
    }

    /** Returns the kernel's address: the given one, or the first of the subnet that is not the responder's. */
    IpPrefix kernel() throws UnknownHostException {
        return Ipv4Arguments.kernelBeside(address, kernelAddress);
    }

    int mtu() {
        return mtu;
    }

    int queues() {
        return queues;
    }

    RxMode rxMode() {
        return rxMode;
    }

    boolean usesRing() {
        return !noRing;
    }

    RtapConfig config() throws UnknownHostException {
        if (!mac.isStation()) {
            throw new IllegalArgumentException("--mac must be a unicast address: " + mac);
        }
        RtapConfig config = RtapConfig.named(device.text())
                .withMtu(mtu)
                .withQueues(queues)
                .withRxMode(rxMode)
                .withOffloads(TunOffload.CHECKSUM)
                .withAddress(kernel());
        if (ipv6) {
            config = config.withAddress(IpPrefix.parse(KERNEL_6));
        }
        if (noRing) {
            config = config.withRingPolicy(RingPolicy.OFF);
        }
        return noNapi ? config.withoutNapi() : config;
    }

    /** Returns the protocols that one thread answers. */
    List<Answer> answers() {
        Ipv4Station station = new Ipv4Station(mac.value(), address(), address.length());
        List<Answer> answers = new ArrayList<>(List.of(new Ipv4Echo(station)));
        if (ipv6) {
            answers.add(new Ipv6Echo(mac.value(), HIGH_6, LOW_6));
        }
        if (udp) {
            answers.add(new UdpEcho(station));
        }
        return answers;
    }

    /** Returns the responder's addresses as text. */
    List<String> text() {
        String text = IpAddress.format(address.address());
        return ipv6 ? List.of(text, ADDRESS_6) : List.of(text);
    }
}
