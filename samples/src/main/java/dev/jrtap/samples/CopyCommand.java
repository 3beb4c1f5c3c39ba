// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * Copies one file through io_uring. {@link FileCopier} is the tutorial; {@link WholeFile} replaces the target only when
 * the copy is complete.
 */
@Command(
        name = "copy",
        description = "Copies a file through io_uring.",
        footer = "The target is replaced when the copy is complete. After a failure or Ctrl-C it is unchanged.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class CopyCommand implements Callable<Integer> {

    private static final long SECOND = 1_000_000_000L;
    private static final double MIB = 1 << 20;

    @Parameters(paramLabel = "SOURCE", description = "The file to be copied.")
    private Path source;

    @Parameters(paramLabel = "TARGET", description = "The copy: created, or replaced.")
    private Path target;

    @Mixin
    private Results results;

    private boolean isInterrupted;
    private final long start = System.nanoTime();
    private long lastTold = start;
    private long size;
    private long copied;
    private IOException failure;

    @Override
    public Integer call() throws IOException {
        if (Files.exists(source) && Files.exists(target) && Files.isSameFile(source, target)) {
            throw new IOException(source + " and " + target + " are the same file");
        }
        try (Ending end = Ending.begin(() -> {});
                FileCopier copier = new FileCopier();
                WholeFile file = WholeFile.at(target)) {
            size = Files.exists(source) ? Files.size(source) : 0;
            copier.copy(source.toString(), file.path().toString(), bytes -> goesOn(bytes) && !end.isAsked());
            isInterrupted = end.isAsked();
            if (failure != null) {
                throw failure;
            }
            if (!isInterrupted) {
                file.keep();
            }
            summarize();
        }
        return isInterrupted ? 1 : 0;
    }

    /** Prints the progress each second, on a terminal or with {@code --json}; returns whether to continue. */
    private boolean goesOn(long bytes) {
        copied = bytes;
        long now = System.nanoTime();
        if (now - lastTold >= SECOND && results.isLive()) {
            lastTold = now;
            try {
                tell("progress", "%4.0f s: %.0f of %.0f MiB, %.0f MiB/s");
            } catch (IOException e) {
                failure = e;
            }
        }
        return failure == null;
    }

    private void summarize() throws IOException {
        if (isInterrupted) {
            tell("summary", "interrupted after %.1f s, %.0f of %.0f MiB copied; the target is unchanged");
        } else {
            tell("summary", copied + " bytes in %1$.3f s, %4$.0f MiB/s");
        }
    }

    /** Prints an event; {@code format} takes seconds, MiB copied, MiB in total, and MiB per second. */
    private void tell(String event, String format) throws IOException {
        double seconds = (System.nanoTime() - start) / 1e9;
        double rate = copied / MIB / seconds;
        Map<String, Object> copy = new LinkedHashMap<>();
        copy.put("event", event);
        copy.put("bytes", copied);
        copy.put("size", size);
        copy.put("seconds", seconds);
        copy.put("interrupted", isInterrupted);
        results.tell(String.format(Locale.ROOT, format, seconds, copied / MIB, size / MIB, rate), copy);
    }
}
