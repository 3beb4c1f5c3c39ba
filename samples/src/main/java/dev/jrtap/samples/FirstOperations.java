// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.memory.Memory;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.Sqe;
import dev.jrtap.uring.SubmissionQueue;
import java.io.IOException;

/** The example of the README of syscalls: opens, reads and closes a file with one entry into the kernel. */
public final class FirstOperations {

    private FirstOperations() {}

    public static void main(String[] args) throws IOException {
        try (Ring ring = Ring.builder().entries(64).build()) {
            Memory buffer = Memory.allocate(4096);
            SubmissionQueue submission = ring.submission();
            CompletionHandler print = (userData, result, flags) -> System.out.println(userData + ": " + result);
            ring.files().registerSparse(1); // a table of one open file, empty yet

            // Three operations in a chain: the read needs the file that the open puts into place 0 of the table (link);
            // the close follows even if the read fails (hardLink). The user data, 1 to 3, tell their results apart.
            Sqe open = submission.claim().openat(Fcntl.AT_FDCWD, "/etc/hostname", Fcntl.O_RDONLY, 0);
            open.intoSlot(0).userData(1).link();
            Sqe read = submission.claim().read(0, buffer, 0);
            read.fixedFile().userData(2).hardLink();
            submission.claim().closeSlot(0).userData(3);

            ring.submitAndWait(3);
            ring.completion().drain(print, 3);
        }
    }
}
