// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import java.io.IOException;

/** A target for {@code .ci/fuzz}: whatever the kernel answers, it is read, or refused by an IOException. */
public final class AnswersFuzz {

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

    /** Returns what the question gives if the kernel answers so. */
    static Object ask(Question question, byte[] answer) throws IOException {
        FakeKernel kernel = new FakeKernel().receives(0, answer);
        try (RouteSocket socket = RouteSocket.open(kernel.syscalls())) {
            return question.ask(socket);
        }
    }
}
