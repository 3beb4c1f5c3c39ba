// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfAttr;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Probe;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.SmallJvm;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BpfCapabilitiesKernelTest {

    private static final Syscalls SYS = Syscalls.libc();

    @BeforeEach
    void needsBpf() {
        Ebpf.require();
    }

    @Test
    void tellsWhatThisProcessMay() throws IOException {
        Resources before = Resources.now();
        BpfCapabilities capabilities = BpfCapabilities.probe();

        Resources.assertNothingSince(before);
        assertThat(capabilities.isAvailable()).isTrue();
        assertThat(capabilities.isInitialUserNamespace()).isTrue();
        assertThat(capabilities.features()).contains(BpfFeature.MAPPED_ARRAY, BpfFeature.RING_BUFFER);
        assertThat(capabilities.features().contains(BpfFeature.BTF))
                .isEqualTo(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")));
        assertThat(capabilities.helpers(ProgramType.SOCKET_FILTER))
                .contains(Helper.SKB_LOAD_BYTES, Helper.MAP_LOOKUP_ELEM, Helper.RINGBUF_SUBMIT)
                .doesNotContain(Helper.SKB_VLAN_PUSH, Helper.XDP_ADJUST_HEAD);
        assertThat(capabilities.helpers(ProgramType.SCHED_CLS)).contains(Helper.SKB_VLAN_PUSH);
        assertThat(capabilities.helpers(ProgramType.XDP))
                .contains(Helper.XDP_ADJUST_HEAD)
                .doesNotContain(Helper.SKB_LOAD_BYTES);
        assertThat(capabilities.toString()).contains("bpf: works", "user namespace: the initial one");
    }

    /** The probes are not taken in: they tell what the verifier and the kernel would. */
    @Test
    void tellsWhatAnOlderKernelHasNot() {
        BpfCapabilities capabilities = BpfCapabilities.probe(new DelegatingSyscalls(SYS) {
            @Override
            public int bpf(int command, long attributes, int size) {
                Memory attr = Memory.wrap(attributes, size);
                boolean ring =
                        command == Bpf.BPF_MAP_CREATE && attr.getI32(BpfAttr.MAP_TYPE) == Bpf.BPF_MAP_TYPE_RINGBUF;
                boolean run = command == Bpf.BPF_PROG_TEST_RUN;
                return ring || run ? -Errno.EINVAL : super.bpf(command, attributes, size);
            }
        });
        assertThat(capabilities.isAvailable()).isTrue();
        assertThat(capabilities.missing())
                .contains(
                        new BpfCapabilities.Missing("RING_BUFFER", "Linux 5.8 or newer is needed"),
                        new BpfCapabilities.Missing("LIVE_FRAMES", "Linux 5.18 or newer is needed"));
    }

    @ParameterizedTest
    @CsvSource({"ENOSYS, CONFIG_BPF_SYSCALL is needed", "EMFILE, ulimit -n", "EPERM, look into the kernel's log"})
    void tellsWhoRefusesAProgram(String errno, String cause) {
        int number = jnr.constants.platform.Errno.valueOf(errno).intValue();
        BpfCapabilities capabilities = BpfCapabilities.probe(new DelegatingSyscalls(SYS) {
            @Override
            public int bpf(int command, long attributes, int size) {
                return -number;
            }
        });
        assertThat(capabilities.isAvailable()).isFalse();
        assertThat(capabilities.refusal().map(ErrnoException::errno)).contains(number);
        assertThat(capabilities.helpers(ProgramType.XDP)).isEmpty();
        assertThat(capabilities.missing())
                .contains(new BpfCapabilities.Missing("RING_BUFFER", "bpf(2) must be allowed first"));
        // Under a filter, EPERM comes from the filter.
        boolean filtered = errno.equals("EPERM") && capabilities.toString().contains("seccomp filter: yes");
        assertThat(capabilities.toString())
                .contains(errno + ": bpf(BPF_PROG_LOAD, type=SCHED_CLS", filtered ? "a seccomp filter forbids" : cause);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "setpriv --bounding-set -bpf,-sys_admin | CAP_BPF is missing: run as root or with it",
                "setpriv --bounding-set -net_admin,-sys_admin | CAP_NET_ADMIN is missing: run as root or with it"
            })
    void withoutACapabilityItIsNamedWithTheRemedy(String command, String cause) throws Exception {
        Feature.require("setpriv", Files.isExecutable(Path.of("/usr/bin/setpriv")), "util-linux has no setpriv here");
        assertThat(refusal(command)).contains(cause);
    }

    @Test
    void inAnotherUserNamespaceItIsNamedWithTheRemedy() throws Exception {
        int status = new ProcessBuilder("unshare", "-Ur", "true").start().waitFor();
        Feature.require("user namespaces", status == 0, "unshare(1) may not make one here");
        assertThat(refusal("unshare -Ur"))
                .contains("CAP_BPF counts only in the initial user namespace, and this is another one");
    }

    /** What a JVM is told that {@code command} starts with less than this one has. */
    private static String refusal(String command) throws Exception {
        List<String> whole = new ArrayList<>(List.of(command.split(" ")));
        whole.addAll(SmallJvm.command(Probe.class));
        whole.add("bpf");
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).contains("EPERM: bpf(BPF_PROG_LOAD, type=SCHED_CLS, name=trial, insn_cnt=2): ");
        return printed;
    }
}
