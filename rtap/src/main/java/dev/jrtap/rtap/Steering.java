// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bpf.Code;
import dev.jrtap.bpf.ProgramType;
import dev.jrtap.tuntap.TunMode;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the kernel chooses the queue pair of each packet that it sends to a device: receive-side scaling, by a BPF
 * program in the device.
 *
 * <pre>{@code
 * RtapConfig.named("rtap%d").withQueues(4).withSteering(Steering.byFlow())
 * }</pre>
 *
 * <p>A program returns a number, of which the remainder by the count of open queue pairs is taken. That is the index of
 * a pair if all have been opened by ascending index and none was closed. The kernel numbers pairs as they are opened,
 * and gives the number of one that is closed to the last one.
 *
 * <p>Since Linux 4.16; needs CAP_BPF and CAP_NET_ADMIN of the initial user namespace. It works with every {@link
 * RxMode}. Only for an exclusive device: not for an adopted, borrowed or shared one.
 *
 * <p>Threads: any. Immutable.
 *
 * <p>Source: TUNSETSTEERINGEBPF of linux/if_tun.h.
 */
public final class Steering {

    private static final Steering KERNEL = new Steering("by the kernel", null);
    private static final Steering FLOW = new Steering("by flow", mode -> new SteeringProgram(mode).byFlow());
    private static final Steering VLAN = new Steering("by VLAN", mode -> new SteeringProgram(mode).byVlan());
    private static final Steering SOURCE =
            new Steering("by source port", mode -> new SteeringProgram(mode).byPort(SteeringProgram.SOURCE_PORT));
    private static final Steering DESTINATION = new Steering(
            "by destination port", mode -> new SteeringProgram(mode).byPort(SteeringProgram.DESTINATION_PORT));

    private final String name;
    private final @Nullable Function<TunMode, Code> program;

    private Steering(String name, @Nullable Function<TunMode, Code> program) {
        this.name = name;
        this.program = program;
    }

    /**
     * Leaves the choice to the kernel, as it is by default: a flow arrives at the queue pair that last sent a packet of
     * it, and a new flow by a hash that changes with each boot.
     */
    public static Steering byKernel() {
        return KERNEL;
    }

    /**
     * Chooses by a hash of addresses, and ports of TCP and UDP. Both directions of a flow have the same hash.
     * Fragments, other protocols and IPv6 packets with extension headers are distinguished by addresses alone, packets
     * other than IP not at all. Up to two VLAN tags are skipped.
     */
    public static Steering byFlow() {
        return FLOW;
    }

    /** Chooses by the identifier of the outer VLAN tag, 0 without one. Only for TAP devices. */
    public static Steering byVlan() {
        return VLAN;
    }

    /** Chooses by the source port of TCP and UDP; 0 for fragments and everything else. */
    public static Steering bySourcePort() {
        return SOURCE;
    }

    /** Chooses by the destination port of TCP and UDP; 0 for fragments and everything else. */
    public static Steering byDestinationPort() {
        return DESTINATION;
    }

    /**
     * Chooses by a program of the type {@link ProgramType#SOCKET_FILTER}. It sees packets from the start of the frame
     * on; on a TUN device, of the IP packet.
     *
     * @param program whose maps must stay open until a device has it; the kernel keeps them from then on
     */
    public static Steering byProgram(Code program) {
        return new Steering("by program " + program.name(), mode -> program);
    }

    /**
     * Returns the program for devices of one kind; null if the kernel chooses.
     *
     * @throws IllegalArgumentException if there is none for this kind
     */
    @Nullable
    Code program(TunMode mode) {
        return program == null ? null : program.apply(mode);
    }

    @Override
    public String toString() {
        return name;
    }
}
