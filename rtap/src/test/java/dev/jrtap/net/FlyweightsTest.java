// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all flyweights have in common. */
class FlyweightsTest {

    private static final int SIZE = 128;

    private final Memory memory = Memory.allocate(SIZE);

    private static Stream<Class<?>> types() {
        return Stream.of(
                ArpPacket.class,
                EthernetFrame.class,
                IcmpMessage.class,
                Icmpv6Message.class,
                Ipv4Packet.class,
                Ipv6Packet.class,
                TcpSegment.class,
                UdpDatagram.class,
                VlanTag.class);
    }

    @ParameterizedTest
    @MethodSource("types")
    void whatChangesAMessageReturnsItsView(Class<?> type) throws ReflectiveOperationException {
        Object view = view(type);
        for (Method method : type.getMethods()) {
            if (method.getReturnType() == type) {
                assertThat(method.invoke(view, arguments(method)))
                        .as(method.getName())
                        .isSameAs(view);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void theMemoryIsTheOneThatWasWrapped(Class<?> type) throws ReflectiveOperationException {
        Object view = view(type);
        for (Method method : type.getMethods()) {
            if (method.getReturnType() == Memory.class) {
                assertThat(method.invoke(view)).as(method.getName()).isSameAs(memory);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void aCutMessageIsToldWithItsLength(Class<?> type) throws ReflectiveOperationException {
        Object view = view(type);
        type.getMethod("wrap", Memory.class, int.class, int.class).invoke(view, memory, 0, 3);

        assertThat(view.toString()).containsPattern("truncated|no ").endsWith(" 3 bytes");
    }

    private Object view(Class<?> type) throws ReflectiveOperationException {
        Object view = type.getConstructor().newInstance();
        type.getMethod("wrap", Memory.class, int.class, int.class).invoke(view, memory, 0, SIZE);
        return view;
    }

    private Object[] arguments(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(type -> type == Memory.class ? memory : type == boolean.class ? (Object) true : (Object) 1)
                .toArray();
    }
}
