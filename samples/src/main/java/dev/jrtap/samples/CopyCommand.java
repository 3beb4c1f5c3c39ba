// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Copies one file through io_uring. {@link FileCopier} is the tutorial. */
@Command(
        name = "copy",
        description = "Copies a file through io_uring.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class CopyCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SOURCE", description = "The file to be copied.")
    private Path source;

    @Parameters(paramLabel = "TARGET", description = "The copy: made, or overwritten.")
    private Path target;

    @Mixin
    private Results results;

    @Override
    public Integer call() throws IOException {
        if (Files.exists(source) && Files.exists(target) && Files.isSameFile(source, target)) {
            throw new IOException(source + " and " + target + " are the same file");
        }
        long start = System.nanoTime();
        try (FileCopier copier = new FileCopier()) {
            Map<String, Object> copy = new LinkedHashMap<>();
            copy.put("bytes", copier.copy(source.toString(), target.toString()));
            copy.put("seconds", (System.nanoTime() - start) / 1e9);
            results.tell(String.format("%d bytes in %.3f s", copy.values().toArray()), copy);
        }
        return 0;
    }
}
