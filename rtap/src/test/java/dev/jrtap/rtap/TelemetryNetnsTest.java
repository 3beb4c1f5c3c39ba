// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Garbage;
import dev.jrtap.rtap.monitor.FlightRecording;
import dev.jrtap.rtap.monitor.RtapMXBean;
import dev.jrtap.rtap.monitor.RtapManagement;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counters as other tools see them, and what it costs to count and to read. */
@Timeout(120)
class TelemetryNetnsTest {

    private static final String EVENTS = "dev.jrtap.";
    private static final Set<String> RECORDED = Set.of("QueueStatistics 1", "BufferExhaustion", "LinkChange DOWN");
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @ParameterizedTest
    @EnumSource(names = {"NAPI_MULTISHOT", "PLAIN_ONE_SHOT"})
    void isShownByJmxWhenAsked(TapProfile profile) throws Exception {
        ObjectName name = null;
        try (TapLink port = new TapLink(profile);
                RtapManagement management = RtapManagement.register(port.rtap)) {
            name = management.name();
            RtapMXBean bean = JMX.newMXBeanProxy(SERVER, management.name(), RtapMXBean.class);
            port.send(Frames.experimental(60));
            assertThat(bean.getName()).isEqualTo(port.rtap.name());
            assertThat(bean.isUp()).isTrue();
            assertThat(bean.getMtu()).isEqualTo(1500);
            assertThat(bean.getQueues()).isEqualTo(1);
            assertThat(bean.getTxPackets()).isEqualTo(1);
            assertThat(bean.getTxBytes()).isEqualTo(60);
            assertThat(bean.getExtendedStatistics()).containsEntry("tx_q0_size_64_packets", 1L);
            bean.resetStatistics();
            assertThat(bean.getTxPackets()).isZero();
            assertThatThrownBy(() -> RtapManagement.register(port.rtap)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(SERVER.isRegistered(name)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"NAPI_MULTISHOT", "PLAIN_MULTISHOT"})
    void isRecordedByFlightRecorder(TapProfile profile) throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (TapLink port = new TapLink(profile);
                FlightRecording recording = FlightRecording.register(port.rtap)) {
            assertThat(recording).isNotNull();
            assertThat(monitors()).isZero();
            try (RecordingStream stream = new RecordingStream()) {
                stream.onEvent(event -> note(event, port.rtap.name(), seen));
                stream.startAsync();
                assertThat(monitors()).isEqualTo(1);
                port.send(Frames.experimental(60));
                exhaust(port);
                port.rtap.down();
                long end = System.nanoTime() + 30_000_000_000L;
                while (!seen.containsAll(RECORDED) && System.nanoTime() < end) {
                    Thread.sleep(10);
                }
            }
            assertThat(monitors()).isZero();
        }
        assertThat(seen).containsAll(RECORDED);
    }

    private static void note(RecordedEvent event, String device, Set<String> seen) {
        String type = event.getEventType().getName();
        if (type.startsWith(EVENTS) && device.equals(event.getString("device"))) {
            String detail = switch (type.substring(EVENTS.length())) {
                case "QueueStatistics" -> " " + event.getLong("txPackets");
                case "LinkChange" -> " " + event.getString("change");
                default -> "";
            };
            seen.add(type.substring(EVENTS.length()) + detail);
        }
    }

    private static long monitors() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("link-monitor-"))
                .count();
    }

    /** Takes all slots, so that the kernel has none for the next packets. */
    private static void exhaust(TapLink port) {
        Burst all = new Burst(port.pool, port.pool.slots());
        port.queue.rx().await(0);
        while (all.add()) {
            // Until there is none.
        }
        for (int i = 0; i < 100; i++) {
            port.wire.tryInject(Frames.experimental(60));
        }
        long end = System.nanoTime() + 10_000_000_000L;
        while (port.queue.rx().noBuffer() == 0 && System.nanoTime() < end) {
            port.queue.rx().receive(port.burst);
            all.take(port.burst, 0);
        }
        all.release();
        port.burst.release();
    }

    /** While a thread reads all counters all the time, another sends and counts, and allocates nothing. */
    @ParameterizedTest
    @EnumSource(names = {"NAPI_MULTISHOT", "PLAIN_MULTISHOT"})
    void countingAllocatesNothingAndMayBeReadMeanwhile(TapProfile profile) throws Exception {
        AtomicBoolean ends = new AtomicBoolean();
        Throwable[] failure = new Throwable[1];
        try (TapLink port = new TapLink(profile)) {
            byte[] frame = Frames.experimental(60);
            Thread reader = new Thread(() -> {
                long last = 0;
                try {
                    while (!ends.get()) {
                        Map<String, Long> values = port.rtap.extendedStatistics();
                        long now = values.get("tx_q0_size_64_packets");
                        if (now < last) {
                            throw new AssertionError(now + " after " + last);
                        }
                        last = now;
                    }
                } catch (Exception | AssertionError e) {
                    failure[0] = e;
                }
            });
            reader.start();
            long allocated = Garbage.of(() -> {
                for (int i = 0; i < 20_000; i++) {
                    port.send(frame);
                }
            });
            ends.set(true);
            reader.join();
            assertThat(failure[0]).isNull();
            assertThat(allocated).isZero();
        }
    }
}
