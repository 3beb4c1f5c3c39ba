// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.TunDevice;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JUnit extension, in a JUnit of its own. */
@Timeout(120)
class BadNetworkNetnsTest {

    private static final String WRONG = "jrtap.testkit.test.wrong";
    private static final String MEETING = "jrtap.testkit.test.meeting";

    @TempDir
    private Path directory;

    @BeforeEach
    void require() throws Exception {
        TunDevice.require();
        // What the JDK starts once, and keeps, is there before anything is counted.
        Prestart.run();
    }

    @BadNetwork(delay = "7ms", loss = "1%", seed = 9)
    static class Injected {

        @Test
        void ofTheClass(Network network, Host client, Host server, Link link) {
            assertThat(network.seed()).isEqualTo(9);
            assertThat(network.hosts()).containsExactly(client, server);
            assertThat(network.links()).containsExactly(link);
            assertThat(link.from(client).impairment().delayNanos).isEqualTo(7_000_000);
            assertThat(link.to(client).impairment().loss).isEqualTo(0.01);
        }

        @Test
        @BadNetwork(
                bandwidth = "10mbit",
                hosts = {"a", "b", "c"})
        void ofTheMethodAndByName(Host b, Host other, Network network, Host another, Link cLink, Link some, Link a) {
            assertThat(b.name()).isEqualTo("b");
            assertThat(other.name()).as("the first without a parameter").isEqualTo("a");
            assertThat(another.name()).isEqualTo("c");
            assertThat(cLink.name()).isEqualTo("c-switch");
            assertThat(some.name()).isEqualTo("b-switch");
            assertThat(a.name()).isEqualTo("a-switch");
            assertThat(network.links(b)).containsExactly(some);
            assertThat(network.links()).hasSize(3);
            assertThat(a.directions().get(0).impairment().nanosPerByte).isEqualTo(800);
        }
    }

    @Test
    void injectsNetworkHostsAndLinks() {
        SampleRun run = SampleRun.of(Injected.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(2);
    }

    @BadNetwork(
            delay = "3ms",
            hosts = {"web-1", "web-2"})
    @TestInstance(Lifecycle.PER_CLASS)
    static class Arranged {

        private Host before;

        @BeforeEach
        void hasTheHostsOfTheTest(Host first) {
            before = first;
        }

        @Test
        void once(Host first, Link link) {
            assertThat(first).isSameAs(before);
            assertThat(first.name()).isEqualTo("web-1");
            assertThat(link.from(first).impairment().delayNanos).isEqualTo(3_000_000);
        }

        @RepeatedTest(2)
        void again(RepetitionInfo repetition, Network network) {
            assertThat(network.log().events(event -> event.flow().startsWith("TCP")))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void withArguments(int argument, Host first) {
            assertThat(argument).isPositive();
            assertThat(first).isSameAs(before);
        }

        @Nested
        class Inner {

            @Test
            void hasThatOfTheClassAround(Link link) {
                assertThat(link.directions().get(0).impairment().delayNanos).isEqualTo(3_000_000);
            }

            @Test
            @BadNetwork(delay = "4ms")
            void orItsOwn(Link link, Host client) {
                assertThat(link.from(client).impairment().delayNanos).isEqualTo(4_000_000);
                assertThat(before).isSameAs(client);
            }
        }
    }

    @Test
    void everyKindOfTestHasItsNetwork() {
        SampleRun run = SampleRun.of(Arranged.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.succeeded()).isEqualTo(7);
    }

    /** Not where a run of all tests finds this class. */
    @EnabledIfSystemProperty(named = WRONG, matches = "true")
    static class Wrong {

        @Test
        @BadNetwork(delay = "fast")
        void delay() {}

        @Test
        @BadNetwork(loss = "101%")
        void loss() {}

        @Test
        @BadNetwork(hosts = "alone")
        void hosts() {}

        @Test
        @BadNetwork
        void parameters(Host a, Host b, Host c) {}
    }

    @Test
    void aWrongAnnotationIsOneSentence() {
        Resources before = Resources.now();
        System.setProperty(WRONG, "true");
        SampleRun run;
        try {
            run = SampleRun.of(Wrong.class);
        } finally {
            System.clearProperty(WRONG);
        }
        assertThat(run.failures().stream().map(Throwable::getMessage))
                .hasSize(4)
                .anyMatch(message -> message.equals("\"fast\" is not a duration, such as 50ms"))
                .anyMatch(message -> message.equals("loss must be a probability, 0..1: 1.01"))
                .anyMatch(message -> message.equals("a network must have two hosts or more: [alone]"))
                .anyMatch(message -> message.contains("is one too many of its type: the network has [client["));
        Resources.assertNoMoreThan(before, "wrong annotations");
    }

    static class Repeated {

        static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

        @BadNetworkMatrix(
                delay = {"0ms", "5ms"},
                loss = {"0%", "2%"},
                jitter = "1ms",
                corruption = "1%",
                seed = {1, 2})
        void overAMatrix(Network network, Link link) {
            Impairment impairment = link.directions().get(0).impairment();
            assertThat(impairment.jitterNanos).isEqualTo(1_000_000);
            assertThat(impairment.corruption).isEqualTo(0.01);
            SEEN.add(network.seed() + " " + Duration.ofNanos(impairment.delayNanos) + " " + impairment.loss);
        }
    }

    @Test
    void repeatsOverEveryCombination() {
        SampleRun run = SampleRun.of(Repeated.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.names())
                .hasSize(8)
                .contains(
                        "delay=5ms, jitter=1ms, loss=2%, corruption=1%, seed=2",
                        "delay=0ms, jitter=1ms, loss=0%, corruption=1%, seed=1")
                .doesNotHaveDuplicates();
        assertThat(Repeated.SEEN).hasSize(8);
    }

    /** Tests that go on when all four of both classes have their networks. */
    abstract static class Meeting {

        private static final CyclicBarrier ALL = new CyclicBarrier(4);

        /** Two of one class, and two of another, have the same names and addresses. */
        void meets(Network network, Host client, Host server, Link link, int millis) throws Exception {
            // Not where a run of all tests finds these classes.
            if (Boolean.getBoolean(MEETING)) {
                ALL.await(20, TimeUnit.SECONDS);
            }
            assertThat(network.links()).containsExactly(link);
            assertThat(network.hosts()).containsExactly(client, server);
            try (ServerSocket listening = server.call(() -> new ServerSocket(Peers.PORT));
                    Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS);
                    Socket accepted = listening.accept()) {
                long start = System.nanoTime();
                socket.getOutputStream().write(1);
                accepted.getOutputStream().write(accepted.getInputStream().read());
                assertThat(socket.getInputStream().read()).isEqualTo(1);
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(2_000_000L * millis);
            }
            assertThat(network.log().events(event -> event.flow().startsWith("TCP")))
                    .isNotEmpty()
                    .allMatch(event -> event.delay().toMillis() == millis);
            throwIfAsked(link);
        }

        /** One of them leaves its packets. */
        private static void throwIfAsked(Link link) {
            if (Boolean.getBoolean(MEETING) && link.directions().get(0).impairment().delayNanos == 4_000_000) {
                throw new IllegalStateException("on purpose");
            }
        }
    }

    @BadNetwork(delay = "1ms")
    static class FirstOfTwo extends Meeting {

        @Test
        void one(Network network, Host client, Host server, Link link) throws Exception {
            meets(network, client, server, link, 1);
        }

        @Test
        @BadNetwork(delay = "2ms")
        void two(Network network, Host client, Host server, Link link) throws Exception {
            meets(network, client, server, link, 2);
        }
    }

    @BadNetwork(delay = "3ms")
    static class SecondOfTwo extends Meeting {

        @Test
        void one(Network network, Host client, Host server, Link link) throws Exception {
            meets(network, client, server, link, 3);
        }

        @Test
        @BadNetwork(delay = "4ms")
        void two(Network network, Host client, Host server, Link link) throws Exception {
            meets(network, client, server, link, 4);
        }
    }

    @Test
    void classesAndTheirTestsRunSideBySide() throws Exception {
        Resources before = Resources.now();
        System.setProperty(MEETING, "true");
        System.setProperty("jrtap.testkit.captures", directory.toString());
        SampleRun run;
        try {
            run = SampleRun.of(
                    Map.of(
                            "junit.jupiter.execution.parallel.enabled", "true",
                            "junit.jupiter.execution.parallel.mode.default", "concurrent",
                            "junit.jupiter.execution.parallel.config.strategy", "fixed",
                            "junit.jupiter.execution.parallel.config.fixed.parallelism", "4"),
                    FirstOfTwo.class,
                    SecondOfTwo.class);
        } finally {
            System.clearProperty(MEETING);
            System.clearProperty("jrtap.testkit.captures");
        }
        assertThat(run.failures()).singleElement().satisfies(e -> assertThat(e).hasMessage("on purpose"));
        assertThat(run.succeeded()).isEqualTo(3);
        assertThat(directory.resolve(SecondOfTwo.class.getName() + ".two.pcapng"))
                .isNotEmptyFile();
        Resources.assertNoMoreThan(before, "tests side by side");
    }

    static class Failing {

        @Test
        @BadNetwork(seed = 5)
        void leavesItsPackets(Host client, Host server) throws Exception {
            try (DatagramSocket socket = client.call(() -> new DatagramSocket())) {
                socket.send(new DatagramPacket(new byte[4], 4, new InetSocketAddress(server.address(), 9)));
            }
            // And not where a run of all tests finds this class.
            if (!System.getProperty("jrtap.testkit.captures", "").isEmpty()) {
                throw new IllegalStateException("on purpose");
            }
        }
    }

    @Test
    void aFailedTestLeavesItsPackets() throws Exception {
        Resources before = Resources.now();
        System.setProperty("jrtap.testkit.captures", directory.toString());
        SampleRun run;
        try {
            run = SampleRun.of(Failing.class);
        } finally {
            System.clearProperty("jrtap.testkit.captures");
        }
        assertThat(run.failures()).singleElement().satisfies(e -> assertThat(e).hasMessage("on purpose"));
        Path file = directory.resolve(Failing.class.getName() + ".leavesItsPackets.pcapng");
        assertThat(run.reported()).containsEntry("seed", "5").containsEntry("capture", file.toString());
        assertThat(Files.size(file)).isPositive();
        Resources.assertNoMoreThan(before, "a failed test");
    }
}
