// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;

/**
 * An 802.1Q or 802.1ad tag, as it follows an Ethernet type of {@link EthernetFrame#VLAN} or {@link
 * EthernetFrame#SERVICE_VLAN}, together with the Ethernet type of the payload.
 *
 * <pre>
 *   0 bits     3   4     16     32
 *   +----------+---+-----+------+---------
 *   | priority | D | id  | type | payload        D: may be dropped first
 *   +----------+---+-----+------+---------
 * </pre>
 *
 * <p>Source: IEEE 802.1Q, clause 9.
 */
public final class VlanTag {

    public static final int LENGTH = 4;

    private static final int CONTROL = 0;
    private static final int TYPE = CONTROL + 2;

    private static final int PRIORITY_SHIFT = 13;
    private static final int DROP_ELIGIBLE = 0x1000;
    private static final int ID = 0x0fff;

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
    private Memory memory;

    private int offset;
    private int length;

    public VlanTag wrap(Memory memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        return this;
    }

    public boolean isComplete() {
        return length >= LENGTH;
    }

    /** Returns the tag's first 16 bits: priority, drop eligibility, id. */
    public int control() {
        return memory.getU16Be(offset + CONTROL);
    }

    public VlanTag control(int control) {
        memory.putI16Be(offset + CONTROL, control);
        return this;
    }

    /** 0..7. */
    public int priority() {
        return control() >>> PRIORITY_SHIFT;
    }

    public VlanTag priority(int priority) {
        return control(control() & (DROP_ELIGIBLE | ID) | priority << PRIORITY_SHIFT);
    }

    public boolean isDropEligible() {
        return (control() & DROP_ELIGIBLE) != 0;
    }

    public VlanTag dropEligible(boolean eligible) {
        return control(eligible ? control() | DROP_ELIGIBLE : control() & ~DROP_ELIGIBLE);
    }

    /** 0..4095; 0 is a tag for the priority alone. */
    public int id() {
        return control() & ID;
    }

    public VlanTag id(int id) {
        return control(control() & ~ID | id & ID);
    }

    /** Returns the Ethernet type of the payload. */
    public int type() {
        return memory.getU16Be(offset + TYPE);
    }

    public VlanTag type(int type) {
        memory.putI16Be(offset + TYPE, type);
        return this;
    }

    public Memory memory() {
        return memory;
    }

    public int payloadOffset() {
        return offset + LENGTH;
    }

    public int payloadLength() {
        return length - LENGTH;
    }

    @Override
    public String toString() {
        return isComplete()
                ? "vlan " + id() + " priority " + priority() + " type 0x" + Integer.toHexString(type())
                : "truncated tag of " + length + " bytes";
    }
}
