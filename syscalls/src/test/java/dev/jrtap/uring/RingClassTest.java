// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.SmallJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What loading the class does: in a JVM of its own, because this one has long loaded it. */
class RingClassTest {

    /** A class whose initializer fails once, for want of a thread, is lost for as long as the JVM runs. */
    @Test
    void makesNoThreadBeforeTheFirstRing() throws Exception {
        Process process = new ProcessBuilder(SmallJvm.command(ClosesNothing.class))
                // Where java says what options it found.
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).isEqualToIgnoringNewLines("0 more threads");
    }

    static final class ClosesNothing {

        private ClosesNothing() {}

        public static void main(String[] args) {
            int before = Thread.getAllStackTraces().size();
            Ring.closeAll(List.of());
            System.out.println(Thread.getAllStackTraces().size() - before + " more threads");
        }
    }
}
