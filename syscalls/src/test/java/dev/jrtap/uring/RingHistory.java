// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;

/**
 * What a ring has done before, and is over. All but the first and the last leave the number of completions without
 * meaning.
 */
enum RingHistory {
    NONE {
        @Override
        void live(Ring ring) {}
    },
    SILENT {
        @Override
        void live(Ring ring) {
            ring.submission().claim().nop().skipSuccess();
            ring.submit();
        }
    },
    ZERO_COPY {
        @Override
        void require() {
            Uring.require(Operation.SEND_ZC);
        }

        @Override
        void live(Ring ring) {
            Memory out = Memory.ofString("history");
            try (Sockets.Pair pair = Sockets.tcp()) {
                ring.submission().claim().sendZc(pair.left().fd(), out, 0, 7, 0, 0);
                ring.submit();
                Sockets.read(pair.right());
                Completions.await(ring, 2);
            }
            out.keepAlive();
        }
    },
    TAGGED {
        @Override
        void live(Ring ring) throws IOException {
            try (EventFd file = EventFd.open(Syscalls.libc())) {
                ring.files().register(new int[] {file.fd()}, new long[] {71});
                ring.files().update(0, FixedFiles.EMPTY);
                Completions.await(ring, 1);
                ring.files().unregister();
            }
        }
    },
    MESSAGES {
        @Override
        boolean fits(RingProfile profile) {
            // Without a descriptor there is nothing to send to.
            return profile != RingProfile.REGISTERED_FD_ONLY;
        }

        @Override
        void live(Ring ring) throws IOException {
            ring.submit();
            try (Ring other = RingProfile.PLAIN.open(8)) {
                for (int i = 0; i < 4; i++) {
                    other.submission().claim().msgRing(ring, 0, i);
                }
                Completions.await(other, 4);
            }
            Completions.await(ring, 4);
        }
    },
    LARGE_ENTRY {
        @Override
        boolean fits(RingProfile profile) {
            return profile == RingProfile.SQE128;
        }

        @Override
        void live(Ring ring) {
            ring.submission().claim128().nop();
            Completions.await(ring, 1);
        }
    };

    /** Skips the calling test where this kernel does not know it. */
    void require() {}

    boolean fits(RingProfile profile) {
        return true;
    }

    /** On the thread that owns {@code ring}. */
    abstract void live(Ring ring) throws IOException;
}
