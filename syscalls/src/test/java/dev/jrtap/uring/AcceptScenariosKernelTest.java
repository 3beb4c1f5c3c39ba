// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Accepts in every state of the listener and of the ring, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AcceptScenariosKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int CLIENTS = 32;
    private static final int MANY = 128;

    private static List<Fd> clients(Fd listener, int count) {
        List<Fd> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(Sockets.connectedTo(listener));
        }
        return clients;
    }

    /** Closes {@code count} accepted connections, asking anew whenever the kernel has ended the multishot accept. */
    private static void acceptAndClose(Ring ring, Fd listener, int count) {
        for (int accepted = 0; accepted < count; accepted++) {
            Completions.Completion each = Results.next(ring);
            Fd.own(SYS, Sockets.check(each.result(), "accept")).close();
            if (!CqeFlags.hasMore(each.flags())) {
                claim(ring).acceptMultishot(listener.fd(), 0).userData(1);
            }
        }
    }

    /** accept: with a listener that does not wait, asked before and after the connection is there. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsAlthoughTheListenerDoesNot(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.open(Sockets.INET, Sockets.STREAM | Fcntl.O_NONBLOCK)) {
            SockAddr address = Sockets.ipv4(0);
            Sockets.check(SYS.bind(listener.fd(), address.memory().address(), address.length()), "bind");
            Sockets.check(SYS.listen(listener.fd(), CLIENTS), "listen");
            for (boolean isAskedBefore : new boolean[] {true, false}) {
                for (int i = 0; i < 3; i++) {
                    claim(ring).accept(listener.fd(), 0);
                    if (isAskedBefore) {
                        ring.submit();
                        assertThat(ring.completion().ready()).isZero();
                    }
                    try (Fd client = Sockets.connectedTo(listener);
                            Fd accepted = Fd.own(SYS, Results.next(ring).result())) {
                        Sockets.write(client, "x".repeat(128));
                        assertThat(Sockets.read(accepted)).hasSize(128);
                    }
                }
            }
        }
    }

    /** accept: a multishot accept picks its slots, and takes none that is named. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void fillsEachSlotOnce(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(CLIENTS + 10);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            ring.files().registerSparse(CLIENTS);
            claim(ring).acceptMultishotDirect(listener.fd(), 0).put32(IoUringSqe.FILE_INDEX, 1);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
            claim(ring).acceptMultishotDirect(listener.fd(), 0);
            ring.submit();
            List<Fd> clients = clients(listener, CLIENTS);
            assertThat(Completions.await(ring, CLIENTS))
                    .extracting(Completions.Completion::result)
                    .doesNotHaveDuplicates()
                    .allMatch(slot -> slot >= 0 && slot < CLIENTS);
            clients.forEach(Fd::close);
        }
    }

    /** accept: one and several, one-shot and multishot, each canceled by its user data. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void eachIsCanceledByItself(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(32);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            for (boolean isMultishot : new boolean[] {false, true}) {
                for (int count : new int[] {1, 4}) {
                    for (int i = 1; i <= count; i++) {
                        Operations entry = claim(ring);
                        (isMultishot ? entry.acceptMultishot(listener.fd(), 0) : entry.accept(listener.fd(), 0))
                                .userData(i);
                        assertThat(ring.submit()).isEqualTo(1);
                    }
                    for (int i = 1; i <= count; i++) {
                        claim(ring).cancel(i).userData(count + i);
                        assertThat(ring.submit()).isEqualTo(1);
                    }
                    List<Completions.Completion> all = Completions.await(ring, 2 * count);
                    for (int i = 1; i <= count; i++) {
                        assertThat(Results.of(all, i)).isIn(-Errno.ECANCELED, -Errno.EINTR);
                        assertThat(Results.of(all, count + i)).isIn(0, -Errno.EALREADY);
                    }
                    assertThat(ring.inFlight()).isZero();
                }
            }
        }
    }

    /** accept: no connection is lost or made up where the completion queue is full when the first ones come. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void losesNoneWhenCompletionsFindNoRoom(RingProfile profile) throws IOException {
        int noop = 1 << 20;
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            claim(ring).acceptMultishot(listener.fd(), 0).userData(1);
            ring.submit();
            for (int i = 0; i < 16; i++) {
                claim(ring).nop().userData(noop);
                ring.submit();
            }
            while (ring.completion().ready() < 16) {
                Stress.spin();
            }
            List<Fd> clients = clients(listener, CLIENTS / 2);
            ring.submit();
            for (int i = 0; i < 16; i++) {
                assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(noop, 0, 0));
            }
            clients.addAll(clients(listener, CLIENTS / 2));
            acceptAndClose(ring, listener, CLIENTS);
            clients.forEach(Fd::close);
            assertThat(ring.completion().lost()).isZero();
        }
    }

    /** accept: more than there could be threads, on a listener each or all on one that is closed; none completes. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void manyThatNeverAcceptEndWithTheRing(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        for (boolean isOneListener : new boolean[] {false, true}) {
            List<Fd> listeners = new ArrayList<>();
            try (Ring ring = profile.open(2 * MANY)) {
                for (int i = 0; i < MANY; i++) {
                    if (i == 0 || !isOneListener) {
                        listeners.add(Sockets.listener(Sockets.ipv4(0)));
                    }
                    claim(ring)
                            .accept(listeners.get(isOneListener ? 0 : i).fd(), 0)
                            .userData(1 + i);
                    assertThat(ring.submit()).isEqualTo(1);
                }
                // A polling thread looks the descriptor up when it takes the entry.
                Results.awaitTaken(ring);
                if (isOneListener) {
                    listeners.get(0).close();
                }
                assertThat(ring.await(1_000_000)).isFalse();
                assertThat(ring.inFlight()).isEqualTo(MANY);
            } finally {
                listeners.forEach(Fd::close);
            }
        }
        Resources.assertNothingSince(before);
    }

    /** accept-non-empty: into slots as well, and one that is alone. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysOfEachButTheLastThatMoreWait(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            Feature.require("BIND", ring.capabilities().supports(Operation.BIND), "Linux 6.11 or newer is needed");
            ring.files().registerSparse(8);
            for (int count : new int[] {1, 8}) {
                for (boolean isDirect : new boolean[] {false, true}) {
                    List<Fd> clients = clients(listener, count);
                    for (int i = 0; i < count; i++) {
                        Operations entry = claim(ring);
                        if (isDirect) {
                            entry.acceptDirect(listener.fd(), 0, i);
                        } else {
                            entry.accept(listener.fd(), 0);
                        }
                        Completions.Completion one = Results.next(ring);
                        assertThat(one.result()).isNotNegative();
                        assertThat(CqeFlags.isSocketNonEmpty(one.flags())).isEqualTo(i < count - 1);
                        if (!isDirect) {
                            Fd.own(SYS, one.result()).close();
                        }
                    }
                    clients.forEach(Fd::close);
                }
            }
        }
    }

    /** accept-mshot-stress: rounds of connections that are all there at once. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void everyBurstIsAccepted(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(128);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            claim(ring).acceptMultishot(listener.fd(), 0).userData(1);
            ring.submit();
            for (int round = 0; round < 4; round++) {
                List<Fd> clients = clients(listener, CLIENTS);
                acceptAndClose(ring, listener, CLIENTS);
                clients.forEach(Fd::close);
            }
            assertThat(ring.await(1_000_000)).isFalse();
        }
    }

    /** accept-mshot-stress: clients that connect, send a byte, close and come again; none is lost, nor is its byte. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN", "SQPOLL"})
    void everyClientThatComesAgainIsAccepted(RingProfile profile) throws Exception {
        int times = 1000;
        try (Ring ring = profile.open(512);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            claim(ring).acceptMultishot(listener.fd(), 0).userData(1);
            ring.submit();
            FutureTask<Void> client = new FutureTask<>(() -> {
                for (int i = 0; i < times; i++) {
                    try (Fd fd = Sockets.connectedTo(listener)) {
                        Sockets.write(fd, "!");
                    }
                }
                return null;
            });
            new Thread(client).start();
            for (int accepted = 0; accepted < times; accepted++) {
                Completions.Completion each = Results.next(ring);
                if (!CqeFlags.hasMore(each.flags())) {
                    claim(ring).acceptMultishot(listener.fd(), 0).userData(1);
                }
                try (Fd connection = Fd.own(SYS, Sockets.check(each.result(), "accept"))) {
                    assertThat(Sockets.read(connection)).isEqualTo("!");
                }
            }
            client.get();
            assertThat(ring.await(1_000_000)).isFalse();
        }
    }

    /** accept-test: an accept that asks for the address waits like any other, at a UNIX socket as well. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void tellsTheAddressOfAUnixSocket(RingProfile profile) throws IOException {
        SockAddr peer = SockAddr.empty();
        try (Ring ring = profile.open(4);
                Fd listener = Sockets.listener(SockAddr.ofUnixAbstract("jrtap-accept-" + profile));
                Fd client = Sockets.bound(SockAddr.ofUnixAbstract("jrtap-client-" + profile), Sockets.STREAM)) {
            claim(ring).accept(listener.fd(), peer, 0).userData(1);
            assertThat(ring.submit()).isEqualTo(1);
            assertThat(ring.await(1_000_000)).isFalse();
            claim(ring).connect(client.fd(), Sockets.nameOf(listener)).userData(2);
            List<Completions.Completion> both = Completions.await(ring, 2);
            assertThat(Results.of(both, 2)).isZero();
            Fd.own(SYS, Sockets.check(Results.of(both, 1), "accept")).close();
            assertThat(peer).hasToString(Sockets.nameOf(client).toString());
        }
    }
}
