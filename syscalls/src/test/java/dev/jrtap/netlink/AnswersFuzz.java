// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A target for {@code .ci/fuzz}: whatever the kernel answers, it is read, or refused by an IOException. */
public final class AnswersFuzz {

    private static final int FD = 1_000_000;
    private static final int SEQUENCE_AT = 8;

    /** A question, as a user asks it. */
    interface Question {
        Object ask(RouteSocket socket) throws IOException;
    }

    private AnswersFuzz() {}

    public static void fuzzerTestOneInput(byte[] answer) {
        for (Question question : new Question[] {
            socket -> new Links(socket).get(1),
            socket -> new Links(socket).list(),
            socket -> new Links(socket).statistics(1),
            socket -> new Links(socket).tunSettings(1),
            socket -> new Addresses(socket).list(1)
        }) {
            try {
                ask(question, answer);
            } catch (IOException e) {
                // Refused.
            }
        }
    }

    /** Returns what the question gives if the kernel answers so; the answer gets the number of the request. */
    static Object ask(Question question, byte[] answer) throws IOException {
        byte[] numbered = answer.clone();
        if (numbered.length >= SEQUENCE_AT + Integer.BYTES) {
            ByteBuffer.wrap(numbered).order(ByteOrder.nativeOrder()).putInt(SEQUENCE_AT, 1);
        }
        try (RouteSocket socket = RouteSocket.open(kernel(numbered))) {
            return question.ask(socket);
        }
    }

    /** A kernel that gives one answer, and then none. */
    private static Syscalls kernel(byte[] answer) {
        boolean[] given = new boolean[1];
        return (Syscalls) Proxy.newProxyInstance(
                Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "socket" -> {
                            return FD;
                        }
                        case "send" -> {
                            return arguments[2];
                        }
                        case "recv" -> {
                            if (given[0]) {
                                return (long) -Errno.EAGAIN;
                            }
                            given[0] = true;
                            int length = (int) Math.min((long) arguments[2], answer.length);
                            Memory.wrap((long) arguments[1], Math.max(1, length))
                                    .putBytes(0, answer, 0, length);
                            return (long) length;
                        }
                        default -> {
                            return 0;
                        }
                    }
                });
    }
}
