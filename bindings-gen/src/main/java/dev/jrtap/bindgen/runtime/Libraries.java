// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import java.io.File;
import jnr.ffi.LibraryLoader;

/**
 * Where a library is loaded from: the directories of the system property {@code jnr.ffi.library.path}, those that the
 * bindings name, and where the system's loader looks. It is a library's own name, with the version of its binary
 * interface, that is looked for: another version is another library.
 */
final class Libraries {

    private static final String PROPERTY = "jnr.ffi.library.path";

    private Libraries() {}

    /** Loads a library for a loader of its functions; an error tells where it was looked for. */
    static <T> T load(LibraryLoader<T> loader, String soname, String... directories) {
        try {
            return loader.load(path(soname, directories));
        } catch (UnsatisfiedLinkError e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(soname + ": " + e.getMessage()
                    + "; it is looked for where the system property " + PROPERTY + " says ("
                    + System.getProperty(PROPERTY, "not set") + "), in "
                    + (directories.length == 0 ? "no other directory" : String.join(", ", directories))
                    + ", and by the system's loader");
            error.initCause(e);
            throw error;
        }
    }

    /** Returns the file in the first of the directories that has it, or the bare name, for the system's loader. */
    static String path(String soname, String... directories) {
        String first = System.getProperty(PROPERTY, "");
        for (String directory :
                (first + File.pathSeparator + String.join(File.pathSeparator, directories)).split(File.pathSeparator)) {
            File file = new File(directory, soname);
            if (!directory.isEmpty() && file.isFile()) {
                return file.getAbsolutePath();
            }
        }
        return soname;
    }
}
