// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.netlink.Addresses;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.Neighbors;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two JVMs share a device of four queues, two each, and both answer pings. One of them is killed, the other answers
 * all; another takes its place. {@code -Djrtap.rounds=100} for many rounds.
 */
@Timeout(1200)
class SharedDeviceNetnsTest {

    private static final int ROUNDS = Integer.getInteger("jrtap.rounds", 2);
    private static final int STATIONS = 32;
    private static final long MAC = 0x020000000044L;

    private int block;

    @ParameterizedTest
    @EnumSource(names = {"NAPI_MULTISHOT", "PLAIN_MULTISHOT"})
    void outlivesEitherJvm(TapProfile profile) throws Exception {
        profile.syscalls();
        Resources before = Resources.now();
        String socket = "jrtap-shared-" + profile;
        SharingProcess primary = SharingProcess.start(SharingProcess.PRIMARY, socket, profile.napi);
        SharingProcess secondary = null;
        try {
            prepareKernel();
            for (int round = 0; round < ROUNDS; round++) {
                secondary = secondary != null
                        ? secondary
                        : SharingProcess.start(SharingProcess.SECONDARY, socket, profile.napi);
                awaitAnswersOf(Set.of(SharingProcess.PRIMARY, SharingProcess.SECONDARY));
                if (round % 2 == 0) {
                    secondary.close();
                    secondary = null;
                    awaitAnswersOf(Set.of(SharingProcess.PRIMARY));
                } else {
                    primary.close();
                    awaitAnswersOf(Set.of(SharingProcess.SECONDARY));
                    primary = SharingProcess.start(SharingProcess.PRIMARY, socket, profile.napi);
                }
            }
        } finally {
            primary.close();
            if (secondary != null) {
                secondary.close();
            }
        }
        // The kernel takes a ring apart some time after its process is gone, and only then releases the queue.
        Resources.assertNoMoreThan(before, "the end of the processes");
    }

    private static void prepareKernel() throws IOException {
        try (RouteSocket route = RouteSocket.open(Syscalls.libc())) {
            int ifIndex = new Links(route).get(SharingProcess.NAME).ifIndex();
            new Addresses(route).add(ifIndex, IpPrefix.parse("10.44.0.1/16"));
        }
    }

    /**
     * Stations that were never talked to: the driver remembers for seconds through which queue a known one has
     * answered.
     */
    private List<InetAddress> newStations() throws IOException {
        List<InetAddress> stations = new ArrayList<>();
        try (RouteSocket route = RouteSocket.open(Syscalls.libc())) {
            int ifIndex = new Links(route).get(SharingProcess.NAME).ifIndex();
            block++;
            for (int i = 0; i < STATIONS; i++) {
                InetAddress station = InetAddress.getByAddress(
                        new byte[] {10, 44, (byte) (1 + block / 4), (byte) (block % 4 * STATIONS + i)});
                new Neighbors(route).set(ifIndex, station, MAC);
                stations.add(station);
            }
        }
        return stations;
    }

    /** Every station is answered for, and by all of these JVMs and no other. */
    private void awaitAnswersOf(Set<Integer> expected) throws IOException, TimeoutException {
        Set<Integer> answered = new TreeSet<>();
        long end = System.nanoTime() + 20_000_000_000L;
        while (!answered.equals(expected) && System.nanoTime() < end) {
            answered.clear();
            for (InetAddress station : newStations()) {
                try (EchoClient client = EchoClient.to(station)) {
                    answered.add(client.signature());
                }
            }
        }
        assertThat(answered).isEqualTo(expected);
    }
}
