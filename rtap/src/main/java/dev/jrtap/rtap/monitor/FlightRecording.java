// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap.monitor;

import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.rtap.QueueListener;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import java.io.IOException;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import org.jspecify.annotations.Nullable;

/**
 * Records a device with Flight Recorder: {@code dev.jrtap.QueueStatistics} periodically, {@code dev.jrtap.LinkChange}
 * and {@code dev.jrtap.BufferExhaustion}. While nobody records them nothing runs and nothing is watched. The Java
 * runtime must have the module jdk.jfr.
 *
 * <pre>{@code
 * try (Rtap rtap = Rtap.open(RtapConfig.named("rtap%d"));
 *         FlightRecording recording = FlightRecording.register(rtap)) {
 *     // until it is closed
 * }
 * }</pre>
 *
 * <p>Threads: any.
 */
public final class FlightRecording implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(FlightRecording.class.getName());

    private final Rtap rtap;
    private final Runnable counters = this::recordCounters;
    private final FlightRecorderListener recordings = new Recordings();
    private final QueueListener exhaustion = new Exhaustion();
    private @Nullable LinkMonitor monitor;
    private boolean counting;
    private boolean closed;

    private FlightRecording(Rtap rtap) {
        this.rtap = rtap;
    }

    /** Emits events of {@code rtap} to every recording, until this is closed. */
    public static FlightRecording register(Rtap rtap) {
        FlightRecording recording = new FlightRecording(rtap);
        FlightRecorder.addListener(recording.recordings);
        rtap.addListener(recording.exhaustion);
        recording.adjust();
        return recording;
    }

    /** Looks again when a recording has begun or ended. */
    private final class Recordings implements FlightRecorderListener {

        @Override
        public void recordingStateChanged(Recording recording) {
            if (recording.getState() == RecordingState.RUNNING || recording.getState() == RecordingState.STOPPED) {
                adjust();
            }
        }
    }

    /** Records that a pool was empty. */
    private final class Exhaustion implements QueueListener {

        @Override
        public void onPoolEmpty(int index) {
            BufferExhaustionEvent.record(rtap.name(), index);
        }
    }

    /** Returns whether anything is recorded. To ask for more would start Flight Recorder, which takes a second. */
    private static boolean isRunning() {
        return FlightRecorder.isInitialized()
                && FlightRecorder.getFlightRecorder().getRecordings().stream()
                        .anyMatch(recording -> recording.getState() == RecordingState.RUNNING);
    }

    private void recordCounters() {
        for (QueuePair pair : rtap.openQueues()) {
            new QueueStatisticsEvent(rtap.name(), pair.index(), pair.statistics()).commit();
        }
    }

    private synchronized void adjust() {
        boolean running = !closed && isRunning();
        if (running && !counting) {
            FlightRecorder.addPeriodicEvent(QueueStatisticsEvent.class, counters);
        } else if (!running && counting) {
            FlightRecorder.removePeriodicEvent(counters);
        }
        counting = running;
        watch(running && EventType.getEventType(LinkChangeEvent.class).isEnabled());
    }

    private void watch(boolean recorded) {
        if (recorded && monitor == null) {
            try {
                monitor = rtap.watch(event -> new LinkChangeEvent(event).commit());
            } catch (IOException | IllegalStateException e) {
                LOG.log(System.Logger.Level.WARNING, "changes of " + rtap.name() + " are not recorded", e);
            }
        } else if (!recorded && monitor != null) {
            monitor.close();
            monitor = null;
        }
    }

    /** Ends the events. Further calls do nothing. */
    @Override
    public void close() {
        FlightRecorder.removeListener(recordings);
        rtap.removeListener(exhaustion);
        synchronized (this) {
            closed = true;
            adjust();
        }
    }

    @Override
    public String toString() {
        return "FlightRecording(" + rtap + ")";
    }
}
