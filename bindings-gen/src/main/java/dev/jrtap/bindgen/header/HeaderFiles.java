// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.model.Plain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.cdt.core.index.IIndexFileLocation;
import org.eclipse.cdt.internal.core.parser.IMacroDictionary;
import org.eclipse.cdt.internal.core.parser.scanner.CharArray;
import org.eclipse.cdt.internal.core.parser.scanner.InternalFileContent;
import org.eclipse.cdt.internal.core.parser.scanner.InternalFileContentProvider;

/**
 * The files that {@code #include} finds: first a few of the compiler's own, which are resources, then those of the
 * include directories, then stand-ins for libc's, for kernel headers without a libc.
 */
final class HeaderFiles extends InternalFileContentProvider {

    private final HeaderTexts texts;
    private final Map<String, String> names = new HashMap<>();
    private final List<String> path = new ArrayList<>();

    HeaderFiles(List<Path> directories, HeaderTexts texts) {
        this.texts = texts;
        path.add(HeaderTexts.SHIMS + "/compiler");
        directories.forEach(directory -> path.add(directory.toString()));
        path.add(HeaderTexts.SHIMS + "/libc");
    }

    /** Returns the include path, first to last, as CDT wants it. */
    String[] searchPath() {
        return path.toArray(String[]::new);
    }

    /**
     * Remembers the name by which a header is included: if one include directory lies inside another, the header has
     * two.
     *
     * @param name as in {@code #include <linux/if.h>}
     */
    void asked(String name) {
        path.stream()
                .map(directory -> directory + "/" + name)
                .filter(this::getInclusionExists)
                .findFirst()
                .ifPresent(file -> names.put(file, Plain.text("the name of a header", name)));
    }

    /**
     * Returns the name by which a header was included, or would be included from its directory; the bare file name for
     * a header that was given by its path.
     */
    String includeName(String file) {
        return names.computeIfAbsent(file, this::nameOf);
    }

    /** Returns whether a header of that name has been read below a directory. */
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

    /** Returns the column, counted from 1, of a place in a file. */
    int column(String file, int offset) {
        CharArray text = texts.of(file);
        int column = 1;
        for (int i = Math.min(offset, text == null ? 0 : text.getLength()) - 1; i >= 0 && text.get(i) != '\n'; i--) {
            column++;
        }
        return column;
    }

    @Override
    public boolean getInclusionExists(String file) {
        return texts.of(file) != null;
    }

    @Override
    public InternalFileContent getContentForInclusion(String file, IMacroDictionary macros) {
        CharArray content = texts.of(file);
        return content == null ? null : new InternalFileContent(file, content);
    }

    @Override
    public InternalFileContent getContentForInclusion(IIndexFileLocation location, String file) {
        return getContentForInclusion(file, null);
    }
}
