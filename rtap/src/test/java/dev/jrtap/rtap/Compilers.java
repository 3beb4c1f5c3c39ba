// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** The compilers of this JVM: whether they have something to do. */
final class Compilers {

    private static final String AT_WORK = "C2 CompilerThread";
    private static final String EMPTY = "C2 compile queue:\nEmpty";

    private Compilers() {}

    /** Returns whether the optimizing compiler neither works nor has work before it. */
    static boolean areIdle() throws JMException {
        ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
        String queue =
                (String) ManagementFactory.getPlatformMBeanServer().invoke(commands, "compilerQueue", null, null);
        return !queue.contains(AT_WORK) && queue.contains(EMPTY);
    }

    /** Returns the milliseconds that all compilations so far have taken. */
    static long worked() {
        return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
    }
}
