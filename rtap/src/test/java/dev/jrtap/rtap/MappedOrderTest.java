// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Bytecode;
import dev.jrtap.memory.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * How the words are read and written that a {@link MappedRing} has in common with a program. x86 orders loads among
 * each other and stores among each other: a plain access in their place is seen in the compiled code alone. What x86
 * does show is in {@code MappedRingStress}.
 */
@Tag("any-user")
class MappedOrderTest {

    private static final List<String> MEMORY =
            List.of(Type.getInternalName(Memory.class), "java/lang/invoke/VarHandle");

    static Stream<Arguments> accesses() {
        return Stream.of(
                // Slot numbers before the position that covers them.
                Arguments.of("lend", List.of("putI32")),
                Arguments.of("lent", List.of("putI32")),
                Arguments.of("give", List.of("putI64Release")),
                // A descriptor before its slot, by an acquire each or one fence for all.
                Arguments.of("descriptor", List.of("getI64Acquire")),
                Arguments.of("takeUsual", List.of("getI64", "acquireFence")),
                Arguments.of("clear", List.of("zero", "zero")),
                // The wish for the bell before the look at the descriptors.
                Arguments.of("sleep", List.of("putI32", "fullFence")),
                Arguments.of("wake", List.of("putI32")),
                // The mark before the position that takes the slots away.
                Arguments.of("close", List.of("putI32", "getI64Acquire", "compareAndSetI64")),
                Arguments.of("takePassed", List.of("getI64Acquire")),
                Arguments.of("accounted", List.of("getI64Acquire")));
    }

    @ParameterizedTest
    @MethodSource("accesses")
    void isAsOrderedAsItsCommentSays(String method, List<String> accesses) throws IOException {
        assertThat(accesses(method)).isEqualTo(accesses);
    }

    private static List<String> accesses(String name) throws IOException {
        List<String> accesses = new ArrayList<>();
        for (MethodNode method : Bytecode.methods(MappedRing.class)) {
            for (AbstractInsnNode each : method.instructions) {
                if (method.name.equals(name) && each instanceof MethodInsnNode call && MEMORY.contains(call.owner)) {
                    accesses.add(call.name);
                }
            }
        }
        return accesses;
    }
}
