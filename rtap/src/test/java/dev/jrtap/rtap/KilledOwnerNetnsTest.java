// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfAttr;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is left in the kernel when the owner of a device is killed, and whether the next one has packets. */
@Timeout(120)
class KilledOwnerNetnsTest {

    private static final String NAME = ProgrammedProcess.NAME;
    private static final Syscalls SYS = Syscalls.libc();

    @BeforeEach
    void needsPrograms() {
        Ebpf.require();
    }

    private static byte[] marked(int mark) {
        byte[] frame = Frames.experimental(100);
        frame[20] = (byte) mark;
        return frame;
    }

    private static boolean holdsMarked(TapQueue queue, int mark) {
        return RawQueue.holds(queue, frame -> frame.length == 100 && frame[20] == mark);
    }

    /** The device goes, and with it programs and maps, and the next one of that name has packets in every mode. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#perJvm")
    void nothingIsLeftOfADeviceThatIsGone(TapProfile profile) throws Exception {
        Ebpf.requireJit();
        Map<Integer, String> objects;
        try (ProgrammedProcess process = ProgrammedProcess.start(RxMode.MAPPED)) {
            objects = process.objects();
        }
        assertThat(objects).containsValue("map_id").containsValue("prog_id");
        assertThatThrownBy(() -> RawQueue.ifIndex(NAME)).isInstanceOf(IOException.class);
        for (Map.Entry<Integer, String> each : objects.entrySet()) {
            awaitGone(each.getKey(), each.getValue());
        }
        checkReceives(profile, RtapConfig.named(NAME));
    }

    private static void checkReceives(TapProfile profile, RtapConfig config) throws IOException {
        try (TapLink link = new TapLink(profile.syscalls(), config.withRxMode(profile.mode))) {
            link.rtap.setPersistent(false);
            // Where it was up without a reader, what is sent is lost until the kernel has seen its new carrier.
            while (!link.rtap.link().isUp()) {
                Thread.onSpinWait();
            }
            link.wire.inject(marked(1));
            assertThat(link.receive()).isEqualTo(marked(1));
        }
    }

    /** The kernel frees programs and maps some time after their last user: two grace periods, mostly 30 ms. */
    private static void awaitGone(int id, String kind) throws InterruptedException {
        long end = System.nanoTime() + 30 * TapLink.SECOND;
        while (exists(id, kind)) {
            assertThat(System.nanoTime()).as(kind + " " + id + " stays").isLessThan(end);
            Thread.sleep(1);
        }
    }

    /**
     * Asks for the next number, and opens nothing: each time that a program array's last descriptor is closed, the
     * kernel (6.18) takes a reference and queues the work that drops it, and where that work is still queued the
     * reference stays for good.
     */
    private static boolean exists(int id, String kind) {
        Memory attributes = Memory.allocate(BpfAttr.SIZEOF);
        attributes.putI32(BpfAttr.START_ID, id - 1);
        int command = kind.equals("map_id") ? Bpf.BPF_MAP_GET_NEXT_ID : Bpf.BPF_PROG_GET_NEXT_ID;
        int result = SYS.bpf(command, attributes.address(), attributes.size());
        attributes.keepAlive();
        assertThat(result).isIn(0, -Errno.ENOENT);
        return result == 0 && attributes.getI32(BpfAttr.NEXT_ID) == id;
    }

    private static Stream<TapProfile> sharing() {
        return TapProfile.shareable().filter(TapProfile.perJvm().toList()::contains);
    }

    /** A persistent device keeps them: a stranger has nothing, until one of ours has opened it. */
    @ParameterizedTest
    @MethodSource("sharing")
    void aPersistentDeviceIsUsableAgain(TapProfile profile) throws Exception {
        // Before there is a device that only this test takes away.
        profile.syscalls();
        try (ProgrammedProcess process = ProgrammedProcess.start(RxMode.POLL)) {
            assertThat(process.objects()).containsValue("map_id");
        }
        try (TapQueue stranger = TapQueue.open(SYS, new TapRequest(NAME, TunMode.TAP, true));
                Wire wire = RawQueue.wire(NAME)) {
            wire.inject(marked(2));
            assertThat(holdsMarked(stranger, 2)).isFalse();
        }
        checkReceives(profile, RtapConfig.named(NAME));
    }

    /** Another opener that keeps the device alive has all packets: what the filter went on in is gone. */
    @Test
    void anotherDescriptorHasAllPacketsOfAMappedDevice() throws Exception {
        Ebpf.requireJit();
        ProgrammedProcess process = ProgrammedProcess.start(RxMode.MAPPED);
        try (TapQueue other = TapQueue.attach(SYS, new TapRequest(NAME, TunMode.TAP, true))) {
            process.close();
            try (Wire wire = RawQueue.wire(NAME)) {
                wire.inject(marked(3));
                assertThat(holdsMarked(other, 3)).isTrue();
            }
        } finally {
            process.close();
        }
    }
}
