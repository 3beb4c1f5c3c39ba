// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.cdt.core.index.IIndexFileLocation;
import org.eclipse.cdt.core.parser.FileContent;
import org.eclipse.cdt.internal.core.parser.IMacroDictionary;
import org.eclipse.cdt.internal.core.parser.scanner.InternalFileContent;
import org.eclipse.cdt.internal.core.parser.scanner.InternalFileContentProvider;

/**
 * The files that {@code #include} finds: the compiler's and libc's own few first, which are resources here, then those of the
 * include directories.
 */
final class HeaderFiles extends InternalFileContentProvider {

    /** A path that exists only in here: the root of the resources. */
    static final String SHIMS = "/<shims>";

    private static final String RESOURCES = "/dev/jrtap/bindgen/shims";

    private final Map<String, char[]> contents = new HashMap<>();
    private final List<Path> directories;

    HeaderFiles(List<Path> directories) {
        this.directories = directories;
    }

    /** The include path, first to last, as CDT wants it. */
    String[] searchPath() {
        String[] path = new String[directories.size() + 1];
        path[0] = SHIMS;
        for (int i = 0; i < directories.size(); i++) {
            path[i + 1] = directories.get(i).toString();
        }
        return path;
    }

    /** The name by which a header would be included, from where it lies; the bare file name for one given by its path. */
    String includeName(String file) {
        for (String directory : searchPath()) {
            if (file.startsWith(directory + "/")) {
                return file.substring(directory.length() + 1);
            }
        }
        return Path.of(file).getFileName().toString();
    }

    @Override
    public boolean getInclusionExists(String path) {
        return content(path) != null;
    }

    @Override
    public InternalFileContent getContentForInclusion(String path, IMacroDictionary macros) {
        char[] content = content(path);
        return content == null ? null : (InternalFileContent) FileContent.create(path, content);
    }

    @Override
    public InternalFileContent getContentForInclusion(IIndexFileLocation location, String path) {
        return getContentForInclusion(path, null);
    }

    private char[] content(String path) {
        char[] content = contents.get(path);
        if (content == null) {
            byte[] bytes = read(path);
            if (bytes != null) {
                content = new String(bytes, StandardCharsets.UTF_8).toCharArray();
                contents.put(path, content);
            }
        }
        return content;
    }

    private static byte[] read(String path) {
        try {
            if (path.startsWith(SHIMS + "/")) {
                try (InputStream in =
                        HeaderFiles.class.getResourceAsStream(RESOURCES + path.substring(SHIMS.length()))) {
                    return in == null ? null : in.readAllBytes();
                }
            }
            Path file = Path.of(path);
            return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
