// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Bytecode;
import dev.jrtap.memory.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * How the words that are shared with the kernel are read and written. x86 orders stores among each other and loads
 * among each other, so that nothing that runs there shows a plain access in place of an acquire or a release; aarch64
 * does, once in a while. So the compiled code is read.
 */
@Tag("any-user")
class MemoryOrderTest {

    /** Every access of the ring's words, by the field that says where the word lies. */
    private static final Map<String, Set<String>> SUBMISSION = Map.of(
            "kHead", Set.of("getI32Acquire"),
            "kTail", Set.of("putI32Release"),
            "kFlags", Set.of("getI32Opaque"),
            "kDropped", Set.of("getI32Opaque"));

    private static final Map<String, Set<String>> COMPLETION = Map.of(
            "kHead", Set.of("putI32Release"),
            "kTail", Set.of("getI32Acquire"),
            "kOverflow", Set.of("getI32Opaque"),
            "kFlags", Set.of("putI32Release"));

    @Test
    void submissionsAreReleasedAndTheirHeadIsAcquired() throws IOException {
        assertThat(accesses(SubmissionQueue.class)).isEqualTo(SUBMISSION);
    }

    @Test
    void completionsAreAcquiredAndTheirHeadIsReleased() throws IOException {
        assertThat(accesses(CompletionQueue.class)).isEqualTo(COMPLETION);
    }

    @Test
    void buffersAreReleased() throws IOException {
        List<String> calls = new ArrayList<>();
        for (MethodNode method : Bytecode.methods(BufferRing.class)) {
            calls.addAll(memoryCalls(method));
        }
        assertThat(calls).contains("putI16Release").doesNotContain("putI16Opaque");
    }

    /** A store and a later load change places on every processor: the fence stands between the tail and the flag. */
    @Test
    void aFullFenceStandsBeforeNeedWakeup() throws IOException {
        assertThat(order("needsWakeup")).containsExactly("fullFence", "kFlags", "getI32Opaque");
        assertThat(order("publish")).endsWith("kTail", "putI32Release");
        assertThat(calls(RingEnter.class, "enter", "publish", "enterPolled")).containsExactly("publish", "enterPolled");
    }

    /** An entry is read after the tail that covers it, and before the head that gives it back. */
    @Test
    void completionsAreReadBetweenTheTailAndTheHead() throws IOException {
        // The compiler writes a finally block twice.
        assertThat(calls(CompletionQueue.class, "drain", "tail", "advance", "release"))
                .startsWith("tail", "advance", "release");
    }

    private static List<String> calls(Class<?> type, String caller, String... called) throws IOException {
        List<String> calls = new ArrayList<>();
        for (MethodNode method : Bytecode.methods(type)) {
            for (AbstractInsnNode each : method.instructions) {
                if (method.name.equals(caller)
                        && each instanceof MethodInsnNode call
                        && List.of(called).contains(call.name)) {
                    calls.add(call.name);
                }
            }
        }
        return calls;
    }

    private static List<String> order(String name) throws IOException {
        List<String> order = new ArrayList<>();
        for (MethodNode method : Bytecode.methods(SubmissionQueue.class)) {
            if (!method.name.equals(name)) {
                continue;
            }
            for (AbstractInsnNode each : method.instructions) {
                if (each instanceof FieldInsnNode field && isOfSharedWord(field)) {
                    order.add(field.name);
                } else if (each instanceof MethodInsnNode call
                        && (call.name.equals("fullFence") || call.owner.equals(Type.getInternalName(Memory.class)))) {
                    order.add(call.name);
                }
            }
        }
        return order;
    }

    private static Map<String, Set<String>> accesses(Class<?> type) throws IOException {
        Map<String, Set<String>> accesses = new TreeMap<>();
        for (MethodNode method : Bytecode.methods(type)) {
            String word = null;
            for (AbstractInsnNode each : method.instructions) {
                if (each instanceof FieldInsnNode field
                        && each.getOpcode() == Opcodes.GETFIELD
                        && isOfSharedWord(field)) {
                    word = field.name;
                } else if (word != null
                        && each instanceof MethodInsnNode call
                        && call.owner.equals(Type.getInternalName(Memory.class))) {
                    accesses.computeIfAbsent(word, key -> new TreeSet<>()).add(call.name);
                    word = null;
                }
            }
        }
        return accesses;
    }

    private static boolean isOfSharedWord(FieldInsnNode field) {
        return field.name.matches("k[A-Z].*");
    }

    private static List<String> memoryCalls(MethodNode method) {
        List<String> calls = new ArrayList<>();
        for (AbstractInsnNode each : method.instructions) {
            if (each instanceof MethodInsnNode call && call.owner.equals(Type.getInternalName(Memory.class))) {
                calls.add(call.name);
            }
        }
        return calls;
    }
}
