// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.select.Binding.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The lines of a selection that say how functions are reached and called. */
final class BindingReader {

    /** The form of a line, by its keyword. */
    static final Map<String, String> USAGE = Map.of(
            "library", "`library` takes a name as for the linker's -l, such as `library z`, and directories to search",
            "errno", "`errno` takes none, negative or saved, and functions; without functions, once, it is for all",
            "string", "`string` takes parameters, such as `string f.path`, or results, such as `string f.return`",
            "pointer", "`pointer` takes parameters, such as `pointer f.path`, or results, such as `pointer f.return`",
            "bytes", "`bytes` takes parameters, such as `bytes f.buffer`",
            "reference", "`reference` takes parameters, such as `reference f.count`");

    private String library = "";
    private final List<String> directories = new ArrayList<>();
    private Errno errno;
    private final Adder details;

    /** Receives a detail of one function or parameter. */
    interface Adder {
        void add(Details.Topic topic, String keyword, String subject, String value);
    }

    BindingReader(Adder details) {
        this.details = details;
    }

    boolean hasLibrary() {
        return !library.isEmpty();
    }

    /** Processes a line; returns false if it is malformed. */
    boolean line(String keyword, List<String> words) {
        if (words.isEmpty()) {
            return false;
        }
        return switch (keyword) {
            case "library" -> library(words);
            case "errno" -> errno(words);
            default -> form(keyword, words);
        };
    }

    private boolean library(List<String> words) {
        if (hasLibrary() || !words.get(0).matches("[\\w.+-]+")) {
            return false;
        }
        library = words.get(0);
        directories.addAll(words.subList(1, words.size()));
        return true;
    }

    private boolean errno(List<String> words) {
        String kind = words.get(0).toUpperCase(Locale.ROOT);
        if (!kind.matches("NONE|NEGATIVE|SAVED")) {
            return false;
        }
        if (words.size() == 1) {
            if (errno != null) {
                return false;
            }
            errno = Errno.valueOf(kind);
        }
        words.subList(1, words.size())
                .forEach(function -> details.add(Details.Topic.ERRNO, "errno", function, words.get(0)));
        return true;
    }

    private boolean form(String keyword, List<String> words) {
        boolean results = keyword.equals("string") || keyword.equals("pointer");
        for (String word : words) {
            if (!word.matches("\\w+\\.\\w+") || !results && word.endsWith(".return")) {
                return false;
            }
            details.add(Details.Topic.FORM, keyword, word, keyword);
        }
        return true;
    }

    Binding read() {
        Errno usual = hasLibrary() ? Errno.NONE : Errno.NEGATIVE;
        return new Binding(library, List.copyOf(directories), errno == null ? usual : errno);
    }
}
