// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.UserIds;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every control call, with each of its system calls made to fail in each of eight ways. Either it works in spite of
 * that, or its exception has the errno, and nothing has changed; and no resource is left. A new control call needs a
 * row in {@link ControlCalls}.
 */
@Timeout(300)
class ControlFaultsNetnsTest {

    private static final int[] ERRNOS = {
        Errno.EPERM, Errno.EBUSY, Errno.EINVAL, Errno.ENODEV, Errno.ENOMEM, Errno.EMFILE, Errno.ENOBUFS, Errno.EINTR
    };

    /** Calls that do not enter the kernel, and calls that close, because close(2) always works. */
    private static final Set<String> NOT_TO_FAIL = Set.of(
            "Rtap.name",
            "Rtap.ifIndex",
            "Rtap.macAddress",
            "Rtap.mode",
            "Rtap.hasNapi",
            "Rtap.offloads",
            "Rtap.queues",
            "Rtap.openQueues",
            "Rtap.addListener",
            "Rtap.removeListener",
            "Rtap.control",
            "Rtap.close",
            "QueueServer.close",
            "SharedQueue.device",
            "SharedQueue.close",
            "RxInterrupt.disable",
            "LinkMonitor.start",
            "LinkMonitor.overruns",
            "LinkMonitor.isOpen",
            "LinkMonitor.close",
            "NetworkNamespace.own",
            "NetworkNamespace.path",
            "NetworkNamespace.fd",
            "NetworkNamespace.close");

    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final FaultySyscalls faulty = new FaultySyscalls(Syscalls.libc());
    private int perStep;
    private int failures;
    private int turn;

    @ParameterizedTest
    @EnumSource(names = {"NAPI_MULTISHOT", "PLAIN_POLL"})
    void changeNothingWhenTheyFail(TapProfile profile) throws Exception {
        profile.syscalls();
        UserIds.requireOthers();
        // One errno per step, each step another, is enough for the second profile, and if long tests are short.
        perStep = profile == TapProfile.NAPI_MULTISHOT ? Math.min(ERRNOS.length, Stress.times(ERRNOS.length)) : 1;
        Resources before = Resources.now();
        // Not threads that a call has started for later.
        Thread caller = Thread.currentThread();
        faulty.only(thread -> thread == caller || thread.getName().equals("network-namespace"));
        try (ControlDevices devices = new ControlDevices(profile, faulty)) {
            Map<String, ControlCalls.Row> rows = ControlCalls.on(devices);
            assertThat(covered(rows)).isEqualTo(controlMethods());
            ControlDevices.State state = devices.state();
            for (Map.Entry<String, ControlCalls.Row> row : rows.entrySet()) {
                failAtEveryStep(row.getKey(), row.getValue(), devices, state);
            }
            assertThat(failures).isGreaterThan(2 * perStep * rows.size());
        }
        Resources.assertNothingSince(before);
    }

    private static Set<String> covered(Map<String, ControlCalls.Row> rows) {
        Set<String> covered = new TreeSet<>(NOT_TO_FAIL);
        rows.keySet().forEach(name -> covered.add(name.replaceFirst(",.*", "")));
        return covered;
    }

    private static Set<String> controlMethods() {
        Set<String> methods = new TreeSet<>();
        for (Class<?> type : List.of(
                Rtap.class,
                LinkControl.class,
                QueueServer.class,
                SharedQueue.class,
                RxInterrupt.class,
                LinkMonitor.class,
                NetworkNamespace.class)) {
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers()) && !isOfObject(method)) {
                    methods.add(type.getSimpleName() + "." + method.getName());
                }
            }
        }
        return methods;
    }

    private static boolean isOfObject(Method method) {
        return Set.of("toString", "equals", "hashCode").contains(method.getName());
    }

    private void failAtEveryStep(String name, ControlCalls.Row row, ControlDevices devices, ControlDevices.State before)
            throws Exception {
        boolean reached = true;
        for (int step = 1; reached; step++) {
            for (int i = 0; i < perStep; i++) {
                int errno = ERRNOS[turn++ % ERRNOS.length];
                String what = name + ", step " + step + ", " + Errno.name(errno);
                AutoCloseable prepared = row.preparation().make();
                reached = failsRightly(row.call(), step, errno, what);
                prepared.close();
                assertThat(settled(devices, before))
                        .as(what + ", " + faulty.failed())
                        .isEqualTo(before);
            }
        }
    }

    /** Returns whether there is such a step. */
    private boolean failsRightly(ControlCalls.Call call, int step, int errno, String what) throws Exception {
        faulty.failAt(step, errno);
        try {
            AutoCloseable undo = call.make();
            faulty.spare();
            undo.close();
        } catch (IOException | UncheckedIOException e) {
            faulty.spare();
            failures++;
            String why = what + ", " + faulty.failed();
            assertThat(e).as(why).hasMessageContaining(Errno.name(errno) + ": ");
            // A wait that a signal ends goes on.
            assertThat(errno == Errno.EINTR && faulty.failed().equals("ppoll"))
                    .as(why)
                    .isFalse();
        }
        return !faulty.failed().isEmpty();
    }

    /**
     * The state, when it is as expected or has had time to become so: another process, or the kernel, lets go when it
     * can.
     */
    private static ControlDevices.State settled(ControlDevices devices, ControlDevices.State expected)
            throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        ControlDevices.State state = devices.state();
        while (!state.equals(expected) && System.nanoTime() < end) {
            Thread.sleep(1);
            state = devices.state();
        }
        return state;
    }
}
