// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs of the machine, found without a process: on some kernels starting one takes long. */
final class Programs {

    private Programs() {}

    static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
