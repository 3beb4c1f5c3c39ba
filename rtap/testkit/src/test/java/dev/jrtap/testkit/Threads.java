// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The kernel's threads of this process, by their network namespaces. */
final class Threads {

    private Threads() {}

    /** The names, as long as the kernel keeps them, of the threads in the namespace of a host. */
    static List<String> in(Host host) throws IOException {
        String namespace = host.namespace().toString();
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                try {
                    if (Files.readSymbolicLink(task.resolve("ns/net"))
                            .toString()
                            .equals(namespace)) {
                        names.add(Files.readString(task.resolve("comm")).strip());
                    }
                } catch (IOException e) {
                    // It has ended meanwhile.
                }
            }
        }
        return names;
    }
}
