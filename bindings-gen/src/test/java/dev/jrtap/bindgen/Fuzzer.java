// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen;

import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Reads mutations of real headers: bytes changed, pieces cut out, doubled, moved, or taken from another header. */
public final class Fuzzer {

    private static final int LARGEST = 12_000;
    /** A parser remembers the text of what it has read: a new one now and then keeps that small. */
    private static final int RUNS_OF_A_PARSER = 500;

    private static final int LONGEST_SECONDS = 120;
    private static final String[] TOKENS = {
        "{",
        "}",
        "(",
        ")",
        ";",
        "#",
        "\"",
        "'",
        "/*",
        "*/",
        "\\\n",
        "##",
        "0x",
        "struct ",
        "union ",
        "enum ",
        "__attribute__((",
        "packed))",
        "aligned(1<<40)))",
        "#pragma pack(1)\n",
        "#define X X(X)\n",
        "#if 1\n",
        "#endif\n",
        ":",
        "[",
        "]",
        "-1",
        "~0ULL",
        "sizeof(",
        "typedef ",
        "__int128 ",
        "<<",
        "?",
        "void *",
        "...",
        "\0",
        "é"
    };

    private final List<String> corpus = new ArrayList<>();
    private final Random random;

    private Fuzzer(Path root, long seed) throws IOException {
        this.random = new Random(seed);
        try (Stream<Path> files = Files.walk(root.resolve(Files.isDirectory(root.resolve("linux")) ? "linux" : ""))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".h")).sorted().toList()) {
                if (Files.size(file) < LARGEST) {
                    corpus.add(Files.readString(file));
                }
            }
        }
    }

    /**
     * What came of it.
     *
     * @param failures a sentence for each mutation that crashed or took too long; it lies in the directory
     */
    public record Result(int read, int refused, long slowestMillis, List<String> failures) {}

    /** {@code Fuzzer CORPUS DIRECTORY RUNS SEED}. */
    public static void main(String[] arguments) throws Exception {
        long start = System.nanoTime();
        Result result = run(
                Path.of(arguments[0]),
                Path.of(arguments[1]),
                Integer.parseInt(arguments[2]),
                Long.parseLong(arguments[3]));
        System.out.printf(
                "%d s: %d read, %d refused, slowest %d ms, %d failures%n",
                (System.nanoTime() - start) / 1_000_000_000L,
                result.read,
                result.refused,
                result.slowestMillis,
                result.failures.size());
        result.failures.forEach(System.out::println);
        System.exit(result.failures.isEmpty() ? 0 : 1);
    }

    /** Reads {@code runs} mutations. */
    public static Result run(Path root, Path directory, int runs, long seed) throws Exception {
        Files.createDirectories(directory);
        Fuzzer fuzzer = new Fuzzer(root, seed);
        SearchPath path = new SearchPath(root, null, List.of(directory), Map.of());
        int read = 0;
        int refused = 0;
        long slowest = 0;
        List<String> failures = new ArrayList<>();
        ExecutorService reader = Executors.newSingleThreadExecutor(Fuzzer::daemon);
        HeaderParser parser = null;
        for (int run = 0; run < runs; run++) {
            parser = run % RUNS_OF_A_PARSER == 0 ? new HeaderParser(Target.X86_64, path) : parser;
            Path file = Files.writeString(directory.resolve("fuzzed-" + run + ".h"), fuzzer.mutation());
            long start = System.nanoTime();
            HeaderParser with = parser;
            Future<?> reading = reader.submit(
                    () -> FactReader.read(with.parse(List.of(file.getFileName().toString())), "fuzz"));
            try {
                reading.get(LONGEST_SECONDS, TimeUnit.SECONDS);
                read++;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof BindgenException) {
                    refused++;
                } else {
                    failures.add(keep(file, run) + ": " + e.getCause());
                }
            } catch (TimeoutException e) {
                failures.add(keep(file, run) + ": not read in " + LONGEST_SECONDS + " s");
                reader = Executors.newSingleThreadExecutor(Fuzzer::daemon);
                parser = new HeaderParser(Target.X86_64, path);
            }
            Files.deleteIfExists(file);
            slowest = Math.max(slowest, (System.nanoTime() - start) / 1_000_000);
        }
        reader.shutdownNow();
        return new Result(read, refused, slowest, failures);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    private static Path keep(Path file, int run) throws IOException {
        return Files.copy(
                file, file.resolveSibling("failed-" + run + ".h"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private String mutation() {
        StringBuilder text = new StringBuilder(corpus.get(random.nextInt(corpus.size())));
        int changes = 1 + random.nextInt(8);
        for (int i = 0; i < changes && text.length() > 2; i++) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + 1 + random.nextInt(200));
            switch (random.nextInt(6)) {
                case 0 -> text.setCharAt(at, (char) (32 + random.nextInt(96)));
                case 1 -> text.delete(at, end);
                case 2 -> text.insert(at, text.substring(at, end));
                case 3 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
                case 4 -> text.insert(at, TOKENS[random.nextInt(TOKENS.length)]);
                default -> text.insert(at, piece());
            }
        }
        return text.toString();
    }

    private String piece() {
        String other = corpus.get(random.nextInt(corpus.size()));
        int start = random.nextInt(Math.max(1, other.length()));
        return other.substring(start, Math.min(other.length(), start + random.nextInt(300)));
    }
}
