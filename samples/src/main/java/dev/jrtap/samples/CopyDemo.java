// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Copies one file through io_uring. */
@Command(
        name = "copy",
        description = "Copies a file through io_uring.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class CopyDemo implements Callable<Integer> {

    @Parameters(paramLabel = "SOURCE", description = "The file to be copied.")
    private Path source;

    @Parameters(paramLabel = "TARGET", description = "What it is copied to: made, or overwritten.")
    private Path target;

    private CopyDemo() {}

    public static void main(String[] args) {
        CommandLine command = new CommandLine(new CopyDemo()).setExecutionExceptionHandler((e, line, parsed) -> {
            if (!(e instanceof IOException)) {
                throw e;
            }
            line.getErr().println("copy: " + e.getMessage());
            return 1;
        });
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() throws IOException {
        if (Files.exists(source) && Files.exists(target) && Files.isSameFile(source, target)) {
            throw new IOException(source + " and " + target + " are the same file");
        }
        long start = System.nanoTime();
        try (FileCopier copier = new FileCopier()) {
            long bytes = copier.copy(source.toString(), target.toString());
            System.out.printf("%d bytes in %.3f s%n", bytes, (System.nanoTime() - start) / 1e9);
        }
        return 0;
    }
}
