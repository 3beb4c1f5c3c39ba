// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.LinkMonitor;
import java.io.IOException;
import java.util.List;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import org.jspecify.annotations.Nullable;

/**
 * The events of one device for Flight Recorder: counters periodically, and changes of the link. While nobody records
 * them nothing runs and nothing is watched.
 *
 * <p>Threads: those of Flight Recorder, and any.
 */
final class FlightRecording implements FlightRecorderListener, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(FlightRecording.class.getName());

    private final Rtap rtap;
    private final Runnable counters = this::recordCounters;
    private @Nullable LinkMonitor monitor;
    private boolean counting;
    private boolean closed;

    private FlightRecording(Rtap rtap) {
        this.rtap = rtap;
    }

    static FlightRecording of(Rtap rtap) {
        FlightRecording recording = new FlightRecording(rtap);
        FlightRecorder.addListener(recording);
        recording.adjust();
        return recording;
    }

    /**
     * Whether anything is recorded. Asking for more than this would start Flight Recorder, which takes most of a
     * second.
     */
    private static boolean isRunning() {
        return FlightRecorder.isInitialized()
                && FlightRecorder.getFlightRecorder().getRecordings().stream()
                        .anyMatch(recording -> recording.getState() == RecordingState.RUNNING);
    }

    private void recordCounters() {
        List<QueuePair> pairs = rtap.queuePairs().opened();
        for (int i = 0; i < pairs.size(); i++) {
            if (pairs.get(i) != null && pairs.get(i).isOpen()) {
                new QueueStatisticsEvent(rtap.name(), i, pairs.get(i).statistics()).commit();
            }
        }
    }

    @Override
    public void recordingStateChanged(Recording recording) {
        if (recording.getState() == RecordingState.RUNNING || recording.getState() == RecordingState.STOPPED) {
            adjust();
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
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "changes of " + rtap.name() + " are not recorded", e);
            }
        } else if (!recorded && monitor != null) {
            monitor.close();
            monitor = null;
        }
    }

    @Override
    public void close() {
        FlightRecorder.removeListener(this);
        synchronized (this) {
            closed = true;
            adjust();
        }
    }
}
