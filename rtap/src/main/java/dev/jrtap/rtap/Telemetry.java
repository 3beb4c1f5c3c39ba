// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import org.jspecify.annotations.Nullable;

/** The way to Flight Recorder, where the Java runtime has it: some are made without the module jdk.jfr. */
final class Telemetry implements AutoCloseable {

    private static final boolean AVAILABLE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private final @Nullable FlightRecording recording;

    private Telemetry(@Nullable FlightRecording recording) {
        this.recording = recording;
    }

    /** Gives events of {@code rtap} to whoever records, until it is closed. */
    static Telemetry of(Rtap rtap) {
        return new Telemetry(AVAILABLE ? FlightRecording.of(rtap) : null);
    }

    static void bufferExhausted(String device) {
        if (AVAILABLE) {
            BufferExhaustionEvent.record(device);
        }
    }

    @Override
    public void close() {
        if (recording != null) {
            recording.close();
        }
    }
}
