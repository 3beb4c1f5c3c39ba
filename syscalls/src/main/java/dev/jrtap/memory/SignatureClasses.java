// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.memory;

/**
 * Loads what the JDK's accessors of direct buffers name in their signatures and never use where no arena is involved.
 *
 * <p>The compiler does not inline a method while a class of its signature is not loaded: an access that is compiled
 * before somebody has happened to load them stays a call, and an entry of a ring costs seven times as much for good.
 */
final class SignatureClasses {

    private static final String[] NAMES = {
        // Until JDK 18.
        "jdk.internal.misc.ScopedMemoryAccess$Scope",
        "jdk.internal.access.foreign.MemorySegmentProxy",
        // Since JDK 19.
        "java.lang.foreign.MemorySegment",
        "jdk.internal.foreign.MemorySessionImpl",
    };

    private SignatureClasses() {}

    static void load() {
        for (String name : NAMES) {
            try {
                Class.forName(name);
            } catch (ClassNotFoundException e) {
                // Of another JDK.
            }
        }
    }
}
