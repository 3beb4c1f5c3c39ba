// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An HTML page with a picture and a table for each comparison. It is self-contained, without scripts, fonts or network
 * access, and follows the browser's light or dark colors.
 */
final class HtmlReport {

    private static final String STYLE = """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>jrtap bench</title>
            <style>
            :root { color-scheme: light dark; font: 1rem/1.5 sans-serif; }
            body { max-width: 56rem; margin: auto; padding: 1rem; }
            svg { width: 100%; height: auto; }
            table { border-collapse: collapse; display: block; overflow-x: auto; }
            th, td { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
            td.raw { font-size: .8rem; }
            </style>
            """;

    /** In a file of its own, a picture has no text around it whose color it could take. */
    private static final String COLORS = " xmlns=\"http://www.w3.org/2000/svg\"><style>svg { color: #1f2328 }"
            + " @media (prefers-color-scheme: dark) { svg { color: #e6edf3 } }</style>";

    private static final String DESCRIPTION = "Bars of the medians, with whiskers as long as their intervals";

    private static final int JDK = Runtime.version().feature();

    private final JavaPeers peers;
    private final Path pictures;

    /** The page that this report is added to. */
    private final String before;

    /**
     * Draws a trial picture, so that a missing library is reported before anything is measured.
     *
     * @param pictures a directory for files of single pictures, or {@code null}
     * @param before a page of other JDKs that this report is added to; empty for a page of its own
     */
    HtmlReport(JavaPeers peers, Path pictures, String before) throws IOException, InterruptedException {
        this.peers = peers;
        this.pictures = pictures;
        this.before = before.isEmpty() ? STYLE : before;
        bars("trial\n1\t0\ttrial\n");
    }

    void write(Path file, Map<String, Object> surroundings, BenchParts measured)
            throws IOException, InterruptedException {
        StringBuilder page = new StringBuilder(before).append("<h1>jrtap bench on JDK " + JDK + "</h1>\n<table>\n");
        surroundings.forEach((name, value) -> page.append("<tr><th>")
                .append(escape(name.replace('_', ' ')))
                .append("<td>" + escape("" + value) + "\n"));
        page.append("</table>\n<p>Medians of alternating runs; in parentheses, the interval that contains the median"
                + " with at least 95 % confidence, or all runs if there are fewer than six. Whiskers have its length."
                + " At ratios above 1, jrtap is ahead.</p>\n");
        List<Comparison> comparisons = measured.comparisons();
        for (int i = 0; i < comparisons.size(); i++) {
            // Identifiers must be unique within the page: nothing else was added to it at this length.
            page.append(section(comparisons.get(i), "clip" + before.length() + "_" + i + "_"));
        }
        if (!measured.missing().isEmpty()) {
            page.append("<h2>Not measured</h2>\n<ul>\n");
            measured.missing()
                    .forEach(each -> page.append("<li>").append(escape(each)).append('\n'));
            page.append("</ul>\n");
        }
        Files.writeString(file, page);
    }

    private String section(Comparison comparison, String clip) throws IOException, InterruptedException {
        StringBuilder lines = new StringBuilder(comparison.unit()).append('\n');
        StringBuilder rows =
                new StringBuilder("<table>\n<tr><th><th>" + escape(comparison.unit()) + "<th>ratio<th>all runs\n");
        for (Comparison.Contender each : comparison.contenders()) {
            Spread spread = each.spread();
            lines.append(spread.median() + "\t" + (spread.high() - spread.low()) / 2 + "\t" + each.name() + "\n");
            rows.append("<tr><td>" + escape(each.name()) + "<td>" + Report.text(spread) + "<td>"
                    + Report.text(comparison.ahead(each)) + "<td class=\"raw\">"
                    + String.join(
                            " ",
                            each.values().stream()
                                    .map(value -> String.format(Locale.ROOT, "%.3f", value))
                                    .toList())
                    + "\n");
        }
        String picture = bars(lines.toString())
                .replaceAll("clip(?=[0-9])", clip)
                .replaceFirst("<svg", "<svg role=\"img\" aria-label=\"Bars of the medians in the table below\"");
        if (pictures != null) {
            String name = (comparison.title() + " " + comparison.unit() + " JDK " + JDK)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9]+", "-");
            Files.writeString(pictures.resolve(name + ".svg"), alone(picture, comparison.title()));
        }
        return "<h2>" + escape(comparison.title()) + "</h2>\n" + picture + rows + "</table>\n";
    }

    private static String alone(String picture, String title) {
        int end = picture.indexOf('>');
        String begin = picture.substring(0, end).replaceAll(" xmlns=\"[^\"]*\"", "");
        return begin + COLORS + "<title id=\"title\">" + escape(title) + "</title><desc id=\"desc\">" + DESCRIPTION
                + "</desc>" + picture.substring(end + 1);
    }

    private String bars(String lines) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(peers.source("Bars"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (Writer input = process.outputWriter()) {
            input.write(lines);
        } catch (IOException e) {
            // The program has ended; its exit code shows the reason.
        }
        String picture = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException("no picture can be drawn: Bars.java needs XChart in " + peers.directory()
                    + ", which a build without -Ddemo downloads, and fontconfig with a font, and libharfbuzz");
        }
        return picture;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
