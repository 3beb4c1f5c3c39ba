// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap.monitor;

import dev.jrtap.rtap.QueueStatistics;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** The counters of one queue pair, periodically for each that is open. */
@Name("dev.jrtap.QueueStatistics")
@Label("Queue Statistics")
@Description("The counters of a queue pair of a TAP or TUN device since the last reset")
@Category({"jrtap", "rtap"})
@Period("1 s")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // Flight Recorder reads the fields
final class QueueStatisticsEvent extends Event {

    @Label("Device")
    private final String device;

    @Label("Queue")
    private final int queue;

    @Label("Packets Received")
    private final long rxPackets;

    @Label("Bytes Received")
    private final long rxBytes;

    @Label("Receive Errors")
    private final long rxErrors;

    @Label("Pool Empty")
    private final long rxNoBuffer;

    @Label("Packets Sent")
    private final long txPackets;

    @Label("Bytes Sent")
    private final long txBytes;

    @Label("Transmit Errors")
    private final long txErrors;

    @Label("Kernel Entries")
    private final long kernelEntries;

    QueueStatisticsEvent(String device, int queue, QueueStatistics counted) {
        this.device = device;
        this.queue = queue;
        this.rxPackets = counted.rxPackets();
        this.rxBytes = counted.rxBytes();
        this.rxErrors = counted.rxErrors();
        this.rxNoBuffer = counted.rxNoBuffer();
        this.txPackets = counted.txPackets();
        this.txBytes = counted.txBytes();
        this.txErrors = counted.txErrors();
        this.kernelEntries = counted.kernelEntries();
    }
}
