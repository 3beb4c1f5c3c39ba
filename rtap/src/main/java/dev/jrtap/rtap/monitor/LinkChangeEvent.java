// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap.monitor;

import dev.jrtap.netlink.LinkEvent;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A change of the interface of a device. */
@Name("dev.jrtap.LinkChange")
@Label("Link Change")
@Description("The interface of a TAP device went up or down, was changed, renamed or removed")
@Category({"jrtap", "rtap"})
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // Flight Recorder reads the fields
final class LinkChangeEvent extends Event {

    @Label("Device")
    private final String device;

    @Label("Change")
    private final String change;

    @Label("Up")
    private final boolean up;

    @Label("MTU")
    private final int mtu;

    LinkChangeEvent(LinkEvent event) {
        this.device = event.now().name();
        this.change = event.kind().name();
        this.up = event.now().isUp();
        this.mtu = event.now().mtu();
    }
}
