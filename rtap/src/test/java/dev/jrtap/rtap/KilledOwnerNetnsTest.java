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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
    @EnumSource
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

    /**
     * The kernel frees programs and maps some time after their last user: two grace periods, mostly 30 ms, and once more
     * than 30 s where three test suites and two kernels of User Mode Linux shared two processors.
     */
    private static void awaitGone(int id, String kind) throws IOException, InterruptedException {
        long end = System.nanoTime() + 100 * TapLink.SECOND;
        int result;
        while ((result = open(id, kind)) >= 0) {
            SYS.close(result);
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        kind + " " + id + " stays; processes that hold it: " + ProgrammedProcess.holders(kind, id));
            }
            Thread.sleep(1);
        }
        assertThat(result).as(kind).isEqualTo(-Errno.ENOENT);
    }

    private static int open(int id, String kind) {
        Memory attributes = Memory.allocate(BpfAttr.SIZEOF);
        attributes.putI32(0, id);
        int command = kind.equals("map_id") ? Bpf.BPF_MAP_GET_FD_BY_ID : Bpf.BPF_PROG_GET_FD_BY_ID;
        int result = SYS.bpf(command, attributes.address(), attributes.size());
        attributes.keepAlive();
        return result;
    }

    /** A persistent device keeps them: a stranger has nothing, until one of ours has opened it. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void aPersistentDeviceIsUsableAgain(TapProfile profile) throws Exception {
        // Before there is a device that only this test takes away.
        profile.syscalls();
        try (ProgrammedProcess process = ProgrammedProcess.start(RxMode.POLL)) {
            assertThat(process.objects()).containsValue("map_id");
        }
        try (TapQueue stranger = TapQueue.open(SYS, new TapRequest(NAME, TunMode.TAP, true));
                Wire wire = Wire.open(RawQueue.ifIndex(NAME))) {
            wire.inject(marked(2));
            assertThat(holdsMarked(stranger, 2)).isFalse();
        }
        checkReceives(profile, RtapConfig.named(NAME));
    }

    /** Whoever keeps the device alive besides has all packets: what the filter went on in is gone. */
    @Test
    void anotherDescriptorHasAllPacketsOfAMappedDevice() throws Exception {
        Ebpf.requireJit();
        ProgrammedProcess process = ProgrammedProcess.start(RxMode.MAPPED);
        try (TapQueue other = TapQueue.attach(SYS, new TapRequest(NAME, TunMode.TAP, true))) {
            process.close();
            try (Wire wire = Wire.open(RawQueue.ifIndex(NAME))) {
                wire.inject(marked(3));
                assertThat(holdsMarked(other, 3)).isTrue();
            }
        } finally {
            process.close();
        }
    }
}
