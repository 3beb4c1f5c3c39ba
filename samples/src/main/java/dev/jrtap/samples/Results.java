// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * Prints a command's results on standard output, or on standard error if that carries a file: as text, or with {@code
 * --json} as one JSON object per line.
 *
 * <p>Unlike {@link System#out}, this class reports errors: a full disk is an error of the command, and a closed pipe
 * ends it.
 *
 * <p>Threads: any.
 */
public final class Results {

    @Option(names = "--json", description = "Print results as JSON, one object per line.")
    private boolean json;

    private FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private String name = "standard output";

    /** Returns whether output is followed live: by a program with {@code --json}, or on a terminal. */
    boolean isLive() {
        if (json) {
            return true;
        }
        try {
            String out = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return out.startsWith("/dev/pts/") || out.startsWith("/dev/tty") || out.equals("/dev/console");
        } catch (IOException e) {
            // Without /proc, this is unknown.
            return false;
        }
    }

    /** Returns whether results are printed as JSON. */
    public boolean isJson() {
        return json;
    }

    /** Prints to standard error from now on, because standard output carries a file. */
    void divert() {
        out = new FileOutputStream(FileDescriptor.err);
        name = "standard error";
    }

    /** Prints a formatted line of text; nothing with {@code --json}. */
    public void say(String format, Object... values) throws IOException {
        if (!json) {
            write((String.format(Locale.ROOT, format, values) + "\n").getBytes(Charset.defaultCharset()));
        }
    }

    /**
     * Prints a result as {@code text}, or as a JSON object with {@code members}: texts, numbers, booleans, maps and
     * lists.
     */
    public void tell(String text, Map<String, ?> members) throws IOException {
        if (!json) {
            say("%s", text);
            return;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator generator = new JsonFactory().createGenerator(line)) {
            write(generator, members);
        }
        line.write('\n');
        write(line.toByteArray());
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            for (Map.Entry<?, ?> member : map.entrySet()) {
                generator.writeFieldName(member.getKey().toString());
                write(generator, member.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof Iterable<?> list) {
            generator.writeStartArray();
            for (Object each : list) {
                write(generator, each);
            }
            generator.writeEndArray();
        } else {
            generator.writePOJO(value);
        }
    }

    private synchronized void write(byte[] bytes) throws IOException {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new IOException(name + ": " + e.getMessage(), e);
        }
    }
}
