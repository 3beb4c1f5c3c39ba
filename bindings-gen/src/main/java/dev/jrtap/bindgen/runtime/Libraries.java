// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import java.io.File;

/**
 * Where a library is loaded from: the directories of the system property {@code jnr.ffi.library.path}, those that the
 * bindings name, and where the system's loader looks. It is a library's own name, with the version of its binary
 * interface, that is looked for: another version is another library.
 */
final class Libraries {

    private Libraries() {}

    /** Returns the file in the first of the directories that has it, or the bare name, for the system's loader. */
    static String path(String soname, String... directories) {
        String first = System.getProperty("jnr.ffi.library.path", "");
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
