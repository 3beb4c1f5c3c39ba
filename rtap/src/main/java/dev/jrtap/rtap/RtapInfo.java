// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.address.MacAddress;
import dev.jrtap.bpf.Code;
import dev.jrtap.netlink.Link;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import dev.jrtap.uring.RingCapabilities;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The state, limits and granted features of a device. {@link #toString} is a report for people.
 *
 * @param link the state of the interface at that moment
 * @param mode whether it carries Ethernet frames or IP packets
 * @param limits its limits
 * @param tunFeatures the features of the kernel's tun driver, as {@code "TUN|TAP|NAPI|…"}
 * @param napi whether IFF_NAPI is on
 * @param vnetHeaderLength bytes before each frame on the descriptor
 * @param queues queue pairs that can be opened
 * @param openQueues queue pairs that are open
 * @param rxMode the receive mode: the granted one, once a queue pair is open, and the requested one before
 * @param notMapped why a requested {@link RxMode#MAPPED} is not in use; empty if it is, or was not requested
 * @param steering how the kernel chooses the queue pair of a packet
 * @param filter the name of the program that drops packets before they are received
 * @param offloads the granted offloads of received packets; unmodifiable
 * @param ring what the kernel granted to the ring of the first open queue pair; empty while there is none
 */
public record RtapInfo(
        Link link,
        TunMode mode,
        RtapLimits limits,
        String tunFeatures,
        boolean napi,
        int vnetHeaderLength,
        int queues,
        int openQueues,
        RxMode rxMode,
        Optional<String> notMapped,
        Steering steering,
        Optional<String> filter,
        Set<TunOffload> offloads,
        Optional<RingCapabilities> ring) {

    /** Of a device that {@code keepAlive} keeps alive, as it is now. */
    static RtapInfo of(
            Link link,
            TapQueue keepAlive,
            String tunFeatures,
            Queues queues,
            RxMode wanted,
            Optional<String> notMapped,
            Set<TunOffload> offloads,
            DevicePrograms programs) {
        List<QueuePair> open = queues.open();
        return new RtapInfo(
                link,
                keepAlive.mode(),
                RtapLimits.of(keepAlive.mode(), link.minMtu(), link.maxMtu()),
                tunFeatures,
                keepAlive.napi(),
                TapQueue.VNET_HEADER_LENGTH,
                queues.count(),
                open.size(),
                open.isEmpty() ? wanted : open.get(0).rx().mode(),
                notMapped,
                programs.steering(),
                Optional.ofNullable(programs.filter()).map(Code::name),
                offloads,
                open.stream().findFirst().flatMap(QueuePair::granted));
    }

    @Override
    public String toString() {
        StringBuilder report = new StringBuilder(link.name())
                .append(": ")
                .append(mode)
                .append(" device, ifindex ")
                .append(link.ifIndex())
                .append(link.isUp() ? ", up" : ", down");
        line(report, "MAC address", MacAddress.format(link.macAddress()));
        line(report, "MTU", link.mtu() + " of " + limits.minMtu() + ".." + limits.maxMtu());
        line(report, "queue pairs", queues + " of 1.." + limits.maxQueues() + ", " + openQueues + " open");
        line(
                report,
                "ring size",
                limits.minRingSize() + ".." + limits.maxRingSize() + ", by default " + limits.defaultRingSize());
        line(
                report,
                "longest frame",
                limits.longestFrame() + " bytes, in slots of " + limits.minSlotSize() + " or more");
        line(report, "segments", "up to " + limits.maxSegments());
        line(report, "tun features", tunFeatures);
        line(report, "NAPI", napi ? "on" : "off");
        line(report, "vnet header", vnetHeaderLength + " bytes");
        line(
                report,
                "receive mode",
                rxMode + notMapped.map(why -> ", not MAPPED: " + why).orElse(""));
        line(report, "steering", steering.toString());
        line(report, "filter", filter.orElse("none"));
        line(report, "offloads", offloads.isEmpty() ? "none" : names(offloads));
        line(report, "ring", ring.map(RingCapabilities::toString).orElse("none is open"));
        return report.toString();
    }

    private static String names(Set<TunOffload> offloads) {
        return offloads.stream().map(TunOffload::name).collect(Collectors.joining(", "));
    }

    private static void line(StringBuilder report, String what, String value) {
        report.append(String.format("%n  %-14s %s", what, value));
    }
}
