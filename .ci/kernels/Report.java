// SPDX-License-Identifier: Apache-2.0

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * {@code java Report.java FEATURES RUNS…}: reports the results of the tests on each kernel. A directory in RUNS is one
 * run: {@code kernel} with the release and the kind of machine, JUnit's XML and the tables of features, {@code failure}
 * if it did not come to its end, and {@code unrecorded} if the kernel is newer than the recorded one: its failures are
 * then printed, and do not count.
 *
 * <p>Prints a line per run, with the skipped tests and the reasons, and at the end the failures; writes table.md in the
 * first RUNS, features against kernels; exits with 1 if a test failed or a run did not end. FEATURES is the tests' own
 * table of features.
 */
final class Report {

    /** One kernel's tests. */
    private static final class Run {
        String kernel;
        String failure = "";
        String unrecorded = "";
        int passed;
        final List<String> failed = new ArrayList<>();
        final Map<String, Integer> skipped = new TreeMap<>();
        final Map<String, Integer> ran = new TreeMap<>();

        /** The first reason is the cause: a guest that hung also has incomplete files. */
        void fails(String reason) {
            if (failure.isEmpty()) {
                failure = reason;
            }
        }

        int failures() {
            return failed.size() + (failure.isEmpty() ? 0 : 1);
        }

        int skips() {
            return skipped.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /** Characters of a message that are printed: a message may hold two packets. */
    private static final int LONGEST = 300;

    /** A row of the tests' table: name, ran, skipped, reason, test. */
    private static final Pattern FEATURE = Pattern.compile("([^\\t]+)\\t(\\d+)\\t\\d+\\t[^\\t]*\\t[^\\t]*");

    private static final String TABLE = "table.md";
    private static final String KERNEL = "kernel";
    private static final String FAILURE = "failure";
    private static final String UNRECORDED = "unrecorded";

    private Report() {}

    public static void main(String[] arguments) throws Exception {
        List<Run> all = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) {
            try (Stream<Path> directories = Files.list(Path.of(arguments[i]))) {
                for (Path directory : directories.filter(Report::isRun).sorted().toList()) {
                    all.add(read(directory));
                }
            }
        }
        all.sort((a, b) -> compare(a.kernel, b.kernel));
        all.forEach(Report::print);
        Files.writeString(Path.of(arguments[1], TABLE), table(all, features(Path.of(arguments[0]))));
        int failed = all.stream().filter(run -> run.unrecorded.isEmpty()).mapToInt(Run::failures).sum();
        System.out.printf(
                "%d passed, %d failed, %d skipped%n",
                all.stream().mapToInt(run -> run.passed).sum(),
                failed,
                all.stream().mapToInt(Run::skips).sum());
        // Last, because readers of a long output look at its end.
        all.forEach(Report::printFailures);
        System.exit(failed == 0 ? 0 : 1);
    }

    private static boolean isRun(Path directory) {
        return Files.exists(directory.resolve(KERNEL));
    }

    private static Run read(Path directory) throws Exception {
        Run run = new Run();
        run.kernel = Files.readString(directory.resolve(KERNEL)).trim();
        if (run.kernel.isEmpty()) {
            // The guest died while it wrote.
            run.kernel = directory.getFileName().toString();
        }
        if (Files.exists(directory.resolve(FAILURE))) {
            run.failure = Files.readString(directory.resolve(FAILURE)).trim();
        }
        if (Files.exists(directory.resolve(UNRECORDED))) {
            run.unrecorded = Files.readString(directory.resolve(UNRECORDED)).trim();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(".xml")) {
                    try {
                        readTests(run, file.toFile());
                    } catch (SAXException e) {
                        // The guest was ended while it wrote.
                        run.fails(file + " is cut off");
                    }
                } else if (file.toString().endsWith(".tsv")) {
                    readFeatures(run, file);
                }
            }
        }
        if (run.passed == 0) {
            run.fails("no test passed");
        }
        return run;
    }

    private static void readTests(Run run, File file) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        // The default handler also prints what it throws.
        builder.setErrorHandler(new DefaultHandler());
        NodeList cases = builder.parse(file).getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            Element problem = child(test, "failure", "error");
            Element skip = child(test, "skipped");
            if (problem != null) {
                String type = test.getAttribute("classname");
                run.failed.add(type.substring(type.lastIndexOf('.') + 1) + "." + test.getAttribute("name") + ": "
                        + firstLine(problem.getAttribute("message")));
            } else if (skip != null) {
                String text = skip.hasAttribute("message") ? skip.getAttribute("message") : skip.getTextContent();
                run.skipped.merge(reason(text), 1, Integer::sum);
            } else {
                run.passed++;
            }
        }
    }

    private static Element child(Element parent, String... names) {
        for (String name : names) {
            NodeList found = parent.getElementsByTagName(name);
            if (found.getLength() > 0) {
                return (Element) found.item(0);
            }
        }
        return null;
    }

    private static String firstLine(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }

    /**
     * Without the exception's name, and without descriptors and temporary directories, which differ by test.
     */
    private static String reason(String text) {
        return firstLine(text).replaceFirst("^[\\w.]+Exception: ", "")
                .replaceAll("fd=\\d+", "fd")
                .replaceAll("/\\S*/junit-\\d+", "the test's directory");
    }

    private static void readFeatures(Run run, Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            Matcher row = FEATURE.matcher(line);
            if (!row.matches()) {
                run.fails(file + " is cut off");
                return;
            }
            run.ran.merge(row.group(1), Integer.parseInt(row.group(2)), Integer::sum);
        }
    }

    private static void print(Run run) {
        System.out.printf(
                "Linux %s: %d passed, %d failed, %d skipped%n",
                run.kernel, run.passed, run.failed.size(), run.skips());
        run.skipped.forEach((reason, count) -> System.out.printf("    skipped %d: %s%n", count, reason));
        if (!run.unrecorded.isEmpty()) {
            System.out.printf("    %s%n", run.unrecorded);
        }
    }

    private static void printFailures(Run run) {
        String failed = run.unrecorded.isEmpty() ? "FAILED" : "fails there, not counted:";
        run.failed.forEach(test -> System.out.printf("%s Linux %s: %s%n", failed, run.kernel, test));
        if (!run.failure.isEmpty()) {
            System.out.printf("%s Linux %s: %s%n", failed, run.kernel, run.failure);
        }
    }

    /** The first Linux that has them, against their names; oldest first. */
    private static Map<String, List<String>> features(Path file) throws IOException {
        Map<String, List<String>> features = new LinkedHashMap<>();
        Files.readAllLines(file).stream()
                .filter(line -> line.matches("\\d.*"))
                .map(line -> line.split("\t"))
                .sorted((a, b) -> compare(a[0], b[0]))
                .forEach(cells -> features.computeIfAbsent(cells[0], since -> new ArrayList<>())
                        .add(cells[1]));
        return features;
    }

    /** By version; a guest that has not reported its kernel, and has the name of a suite, comes first. */
    private static int compare(String a, String b) {
        return Arrays.compare(version(a), version(b));
    }

    private static int[] version(String release) {
        return Stream.of(release.split("\\D", 3))
                .limit(2)
                .filter(number -> number.matches("\\d+"))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static String table(List<Run> runs, Map<String, List<String>> features) {
        StringBuilder table = new StringBuilder();
        row(table, "since", "feature", runs.stream().map(run -> run.kernel));
        row(table, "---", "---", runs.stream().map(run -> "---:"));
        features.forEach((since, names) -> row(
                table,
                since,
                String.join(", ", names),
                runs.stream().map(run -> cell(names.stream().mapToInt(name -> run.ran.getOrDefault(name, 0)).sum()))));
        row(table, "", "all tests: passed", runs.stream().map(run -> Integer.toString(run.passed)));
        row(table, "", "failed", runs.stream().map(run -> Integer.toString(run.failed.size())));
        row(table, "", "skipped", runs.stream().map(run -> Integer.toString(run.skips())));
        return table.toString();
    }

    private static String cell(int ran) {
        return ran == 0 ? "–" : Integer.toString(ran);
    }

    private static void row(StringBuilder table, String since, String feature, Stream<String> cells) {
        table.append(cells.collect(Collectors.joining(" | ", "| " + since + " | " + feature + " | ", " |\n")));
    }
}
