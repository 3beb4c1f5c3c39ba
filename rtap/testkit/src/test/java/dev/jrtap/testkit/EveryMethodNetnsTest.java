// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.Resources;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** All public methods, found by reflection: a new one is asked too. */
class EveryMethodNetnsTest extends TwoHosts {

    /** What works on a closed network, too: what happened can still be read. */
    private static final Set<String> READS = Set.of(
            "Network.host",
            "Network.hosts",
            "Network.links",
            "Network.seed",
            "Network.log",
            "Network.capture",
            "Network.close",
            "Host.name",
            "Host.address",
            "Host.address6",
            "Host.addresses",
            "Link.name",
            "Link.from",
            "Link.to",
            "Link.directions",
            "Direction.name",
            "Direction.impairment",
            "Direction.count",
            "Switch.name");

    /** They have no network. */
    private static final Set<Class<?>> VALUES = Set.of(
            Impairment.class,
            Timeline.class,
            Timeline.Moment.class,
            NetworkConfig.class,
            LinkConfig.class,
            PacketEvent.class,
            PacketLog.class,
            Capture.class);

    /** Not for callers: JUnit's, what a predicate gets, and what callers implement. */
    private static final Set<Class<?>> NOT_CALLED = Set.of(
            BadNetworkExtension.class,
            BadNetworkMatrixExtension.class,
            PacketView.class,
            Host.Action.class,
            Fate.class,
            BadNetwork.class,
            BadNetworkMatrix.class);

    @TempDir
    private Path directory;

    private Map<Class<?>, Object> samples;

    @BeforeEach
    void makesSamples() throws Exception {
        Switch center = network.addSwitch("center");
        Link toCenter = network.link(client, center);
        samples = Map.ofEntries(
                Map.entry(Network.class, network),
                Map.entry(Host.class, client),
                Map.entry(Link.class, toCenter),
                Map.entry(Direction.class, toCenter.from(client)),
                Map.entry(Switch.class, center),
                Map.entry(Capture.class, network.capture()),
                Map.entry(PacketLog.class, network.log()),
                Map.entry(
                        PacketEvent.class,
                        new PacketEvent(
                                Duration.ZERO, "a>b", "f", 1, 60, Fate.LOST, Duration.ZERO, false, false, false)),
                Map.entry(Impairment.class, Impairment.none().withLoss(0.5)),
                Map.entry(Timeline.class, Timeline.begin().after(Duration.ZERO).cut()),
                Map.entry(Timeline.Moment.class, Timeline.begin().after(Duration.ZERO)),
                Map.entry(NetworkConfig.class, NetworkConfig.standard()),
                Map.entry(LinkConfig.class, LinkConfig.standard()),
                Map.entry(Fate.class, Fate.LOST),
                // A name of a host, and of a sysctl.
                Map.entry(String.class, "net.ipv4.ip_forward"),
                Map.entry(String[].class, new String[] {"true"}),
                Map.entry(ProcessBuilder.class, new ProcessBuilder("true")),
                Map.entry(Host.Action.class, (Host.Action) () -> {}),
                Map.entry(Callable.class, (Callable<Integer>) () -> 1),
                Map.entry(Predicate.class, (Predicate<Object>) any -> false),
                Map.entry(Duration.class, Duration.ofMillis(1)),
                Map.entry(IpPrefix.class, IpPrefix.parse("192.0.2.0/24")),
                Map.entry(InetAddress.class, server.address()),
                Map.entry(List.class, List.of()),
                Map.entry(Path.class, directory.resolve("capture.pcapng")),
                Map.entry(int.class, 1500),
                Map.entry(long.class, 1500L),
                Map.entry(double.class, 0.5),
                Map.entry(boolean.class, true));
    }

    private static List<Class<?>> publicClasses() throws Exception {
        Path classes =
                Path.of(Network.class.getResource("Network.class").toURI()).getParent();
        List<Class<?>> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                if (!name.equals("package-info") && !name.startsWith("HostResolver")) {
                    Class<?> each = Class.forName("dev.jrtap.testkit." + name);
                    if (Modifier.isPublic(each.getModifiers()) && !NOT_CALLED.contains(each)) {
                        all.add(each);
                    }
                }
            }
        }
        assertThat(all).hasSizeGreaterThan(10);
        return all;
    }

    private static Stream<Method> methods(Class<?> of) {
        return Arrays.stream(of.getDeclaredMethods())
                .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isSynthetic())
                .filter(each -> !Set.of("equals", "hashCode", "toString").contains(each.getName()));
    }

    private static String nameOf(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    private Object[] arguments(Method method) throws Exception {
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = samples.get(types[i]);
            assertThat(arguments[i])
                    .as("a sample of " + types[i] + " for " + method)
                    .isNotNull();
        }
        boolean takesPrefixes = method.getName().equals("withAddresses");
        if (takesPrefixes) {
            Arrays.fill(arguments, "192.0.2.1/24");
        }
        if (Set.of("Network.host", "Host.address", "Host.address6").contains(nameOf(method)) && types.length == 1) {
            arguments[0] = "server";
        }
        if (nameOf(method).equals("Network.link") && types[0] == types[1]) {
            arguments[1] = types[0] == Host.class ? server : network.addSwitch("s" + System.nanoTime());
        }
        return arguments;
    }

    private Throwable thrown(Method method, Object... arguments) {
        Object target = Modifier.isStatic(method.getModifiers()) ? null : samples.get(method.getDeclaringClass());
        Throwable thrown = catchThrowable(() -> method.invoke(target, arguments));
        return thrown instanceof InvocationTargetException wrapped ? wrapped.getCause() : thrown;
    }

    private void refusesNull(Method method, Object... arguments) {
        Resources before = Resources.now();
        assertThat(thrown(method, arguments))
                .as(method + Arrays.toString(arguments))
                .isInstanceOf(NullPointerException.class)
                .message()
                .matches("[a-zA-Z ]{2,30}");
        // Fewer if the JDK closes what earlier tests have left to it.
        assertThat(Resources.now().descriptors()).as(method.toString()).isLessThanOrEqualTo(before.descriptors());
    }

    @Test
    void aClosedNetworkRefusesEveryChangeByOneSentence() throws Exception {
        Map<Method, Object[]> calls = new LinkedHashMap<>();
        for (Class<?> each : publicClasses()) {
            for (Method method : methods(each)
                    .filter(method -> !Modifier.isStatic(method.getModifiers()))
                    .toList()) {
                calls.put(method, arguments(method));
            }
        }
        network.close();
        List<Executable> all = new ArrayList<>();
        calls.forEach((method, arguments) -> all.add(() -> {
            Throwable thrown = thrown(method, arguments);
            if (VALUES.contains(method.getDeclaringClass()) || READS.contains(nameOf(method))) {
                assertThat(thrown).as(method.toString()).isNull();
            } else {
                assertThat(thrown)
                        .as(method.toString())
                        .isInstanceOf(IllegalStateException.class)
                        .message()
                        .isIn("the network is closed", "host client is closed: its network was closed");
            }
        }));
        assertAll(all);
        assertThat(calls).hasSizeGreaterThan(80);
    }

    @Test
    void nullIsRefusedByTheNameOfTheParameterAndChangesNothing() throws Exception {
        List<Executable> all = new ArrayList<>();
        for (Class<?> each : publicClasses()) {
            for (Method method : methods(each).toList()) {
                for (int i = 0; i < method.getParameterCount(); i++) {
                    if (!method.getParameterTypes()[i].isPrimitive()) {
                        Object[] arguments = arguments(method);
                        arguments[i] = null;
                        all.add(() -> refusesNull(method, arguments));
                    }
                }
            }
        }
        assertAll(all);
        assertThat(network.hosts()).containsExactly(client, server);
        assertThat(network.links()).hasSize(2);
        assertThat(((Direction) samples.get(Direction.class)).impairment()).isSameAs(Impairment.none());
    }
}
