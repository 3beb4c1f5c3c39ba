// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import java.io.File;
import jnr.ffi.LibraryLoader;

/**
 * Loads libraries from the directories in the system property {@code jnr.ffi.library.path}, from those that the
 * bindings name, or by the system's loader. A library is looked for by its soname, which has the version of its binary
 * interface, so another version is another library.
 */
final class Libraries {

    private static final String PROPERTY = "jnr.ffi.library.path";

    private Libraries() {}

    /** Loads a library for a loader of its functions; an error names the places that were searched. */
    static <T> T load(LibraryLoader<T> loader, String soname, String... directories) {
        try {
            return loader.load(path(soname, directories));
        } catch (UnsatisfiedLinkError e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(soname + ": " + e.getMessage()
                    + "; searched: the directories of the system property " + PROPERTY + " ("
                    + System.getProperty(PROPERTY, "not set") + "), "
                    + (directories.length == 0 ? "no other directory" : String.join(", ", directories))
                    + ", and those of the system's loader");
            error.initCause(e);
            throw error;
        }
    }

    /** Returns the file in the first directory that has it, or the bare name, for the system's loader. */
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
