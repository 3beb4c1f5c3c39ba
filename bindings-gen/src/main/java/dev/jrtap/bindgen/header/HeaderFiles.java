// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.model.Plain;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.cdt.core.index.IIndexFileLocation;
import org.eclipse.cdt.internal.core.parser.IMacroDictionary;
import org.eclipse.cdt.internal.core.parser.scanner.CharArray;
import org.eclipse.cdt.internal.core.parser.scanner.InternalFileContent;
import org.eclipse.cdt.internal.core.parser.scanner.InternalFileContentProvider;

/**
 * The files that {@code #include} finds: the compiler's own few first, which are resources here, then those of the
 * include directories, then stand-ins for libc's, for headers that come without a libc.
 */
final class HeaderFiles extends InternalFileContentProvider {

    /** A path that exists only in here: the root of the resources. */
    private static final String SHIMS = "/<shims>";

    private static final String RESOURCES = "/dev/jrtap/bindgen/shims";

    private static final Pattern ELIF = Pattern.compile("(?m)^(\\s*#\\s*elif)(n)?def\\b");

    private static final CharArray ABSENT = new CharArray(new char[0]);

    /** A text knows its hash, which the parser asks for at each inclusion, from the second time on. */
    private final Map<String, CharArray> contents = new HashMap<>();

    private final Map<String, String> names = new HashMap<>();
    private final List<String> path = new ArrayList<>();

    HeaderFiles(List<Path> directories) {
        path.add(SHIMS + "/compiler");
        directories.forEach(directory -> path.add(directory.toString()));
        path.add(SHIMS + "/libc");
    }

    /** The include path, first to last, as CDT wants it. */
    String[] searchPath() {
        return path.toArray(String[]::new);
    }

    /** Whether a file is one of the resources here. */
    static boolean isShim(String file) {
        return file.startsWith(SHIMS);
    }

    /**
     * The name by which a header would be included, from where it lies; the bare file name for one given by its path.
     */
    String includeName(String file) {
        return names.computeIfAbsent(file, this::nameOf);
    }

    /** Whether a file of that name has been met below a directory. */
    boolean isBelow(String name, String directory) {
        return names.entrySet().stream()
                .anyMatch(
                        entry -> entry.getValue().equals(name) && entry.getKey().startsWith(directory + "/"));
    }

    private String nameOf(String file) {
        return Plain.text("the name of a header", below(file));
    }

    private String below(String file) {
        // An architecture's directory lies inside the general one.
        String longest = path.stream()
                .filter(directory -> file.startsWith(directory + "/"))
                .max(Comparator.comparingInt(String::length))
                .orElse(null);
        if (longest != null) {
            return file.substring(longest.length() + 1);
        }
        return file.substring(file.lastIndexOf('/') + 1);
    }

    /** The column, counted from 1, of a place in a file. */
    int column(String file, int offset) {
        CharArray text = content(file);
        int column = 1;
        for (int i = Math.min(offset, text == null ? 0 : text.getLength()) - 1; i >= 0 && text.get(i) != '\n'; i--) {
            column++;
        }
        return column;
    }

    @Override
    public boolean getInclusionExists(String file) {
        return content(file) != null;
    }

    @Override
    public InternalFileContent getContentForInclusion(String file, IMacroDictionary macros) {
        CharArray content = content(file);
        return content == null ? null : new InternalFileContent(file, content);
    }

    @Override
    public InternalFileContent getContentForInclusion(IIndexFileLocation location, String file) {
        return getContentForInclusion(file, null);
    }

    private CharArray content(String file) {
        CharArray content = contents.computeIfAbsent(file, path -> {
            byte[] bytes = read(path);
            String text = bytes == null ? "" : plain(new String(bytes, StandardCharsets.UTF_8));
            return bytes == null ? ABSENT : new CharArray(text.isEmpty() ? "\n" : text);
        });
        return content == ABSENT ? null : content;
    }

    /** Without a mark of the byte order, and with C23's conditions as the preprocessor knows them. */
    private static String plain(String text) {
        String bare = text.startsWith("\ufeff") ? text.substring(1) : text;
        return bare.contains("elif")
                ? ELIF.matcher(bare)
                        .replaceAll(found -> found.group(1) + (found.group(2) == null ? " " : " !") + "defined ")
                : bare;
    }

    private static byte[] read(String path) {
        try {
            if (isShim(path)) {
                try (InputStream in =
                        HeaderFiles.class.getResourceAsStream(RESOURCES + path.substring(SHIMS.length()))) {
                    return in == null ? null : in.readAllBytes();
                }
            }
            Path file = Path.of(path);
            return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
        } catch (InvalidPathException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
