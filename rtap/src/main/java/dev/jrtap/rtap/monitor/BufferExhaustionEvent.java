// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap.monitor;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The kernel wanted a slot for a packet, and the pool was empty. */
@Name("dev.jrtap.BufferExhaustion")
@Label("Buffer Exhaustion")
@Description("A packet waited in the kernel because the pool of a queue pair was empty")
@Category({"jrtap", "rtap"})
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // Flight Recorder reads the fields
final class BufferExhaustionEvent extends Event {

    private static final EventType TYPE = EventType.getEventType(BufferExhaustionEvent.class);

    @Label("Device")
    private final String device;

    @Label("Queue")
    private final int queue;

    private BufferExhaustionEvent(String device, int queue) {
        this.device = device;
        this.queue = queue;
    }

    /** On the data path: allocates nothing unless recorded. */
    static void record(String device, int queue) {
        if (TYPE.isEnabled()) {
            new BufferExhaustionEvent(device, queue).commit();
        }
    }
}
