// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.memory;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;

/**
 * Loads the native part of jffi, through which every call goes, and names the missing option where the JVM refuses it.
 *
 * <p>Threads: any. Source: JEP 472.
 */
public final class NativeAccess {

    private static final String REFUSED = "load the native part of jffi: the JVM refuses native access; run java with"
            + " --enable-native-access=ALL-UNNAMED, or --enable-native-access=org.jnrproject.jffi on the module path";
    private static final String NO_ASM =
            "make calls with jnr-ffi: the module org.objectweb.asm is not resolved, because automatic"
                    + " modules do not require it; run java with --add-modules ALL-MODULE-PATH";

    private static volatile boolean granted;

    private NativeAccess() {}

    /**
     * Returns once native calls can be made.
     *
     * @throws IllegalCallerException if the JVM refuses to load native code, the message says what to add to the
     *     command line
     * @throws IllegalStateException if a module is not resolved; the message names it
     */
    public static void require() {
        if (!granted) {
            load();
            findAsm(LibraryLoader.class.getClassLoader());
            granted = true;
        }
    }

    private static void load() {
        try {
            MemoryIO.getInstance().getDirectBufferAddress(ByteBuffer.allocateDirect(1));
        } catch (LinkageError e) {
            if (isRefusal(e)) {
                throw new IllegalCallerException(REFUSED, e);
            }
            throw e;
        }
    }

    /** jffi keeps only the text of the JVM's exception. */
    static boolean isRefusal(Throwable thrown) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof IllegalCallerException
                    || String.valueOf(e.getMessage()).contains("IllegalCallerException")) {
                return true;
            }
        }
        return false;
    }

    static void findAsm(ClassLoader loader) {
        try {
            Class.forName("org.objectweb.asm.ClassVisitor", false, loader);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(NO_ASM, e);
        }
    }
}
