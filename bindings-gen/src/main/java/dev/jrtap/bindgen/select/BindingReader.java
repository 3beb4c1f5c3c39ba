// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.select.Binding.Errno;
import dev.jrtap.bindgen.select.Binding.Form;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The lines of a selection that say how functions are reached and called. */
final class BindingReader {

    /** What a line should look like, by its keyword. */
    static final Map<String, String> USAGE = Map.of(
            "library", "`library` takes a name as the linker has it, as `library z`, and directories to look in",
            "errno", "`errno` takes none, negative or saved, and functions, or none of them for all",
            "string", "`string` takes parameters, as `string f.path`, or results, as `string f.return`",
            "pointer", "`pointer` takes parameters, as `pointer f.path`, or results, as `pointer f.return`",
            "bytes", "`bytes` takes parameters, as `bytes f.buffer`",
            "reference", "`reference` takes parameters, as `reference f.count`");

    private String library = "";
    private final List<String> directories = new ArrayList<>();
    private Errno errno;
    private final Map<String, Errno> errnoOf = new LinkedHashMap<>();
    private final Map<String, Form> forms = new LinkedHashMap<>();

    boolean hasLibrary() {
        return !library.isEmpty();
    }

    /** Takes a line; false if it is not as it should be. */
    boolean line(String keyword, List<String> words) {
        if (words.isEmpty()) {
            return false;
        }
        return switch (keyword) {
            case "library" -> library(words);
            case "errno" -> errno(words);
            default -> form(Form.valueOf(keyword.toUpperCase(Locale.ROOT)), words);
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
            errno = Errno.valueOf(kind);
        }
        words.subList(1, words.size()).forEach(function -> errnoOf.put(function, Errno.valueOf(kind)));
        return true;
    }

    private boolean form(Form form, List<String> words) {
        boolean results = form == Form.STRING || form == Form.POINTER;
        for (String word : words) {
            if (!word.matches("\\w+\\.\\w+") || !results && word.endsWith(".return")) {
                return false;
            }
            forms.put(word, form);
        }
        return true;
    }

    Binding read() {
        Errno usual = hasLibrary() ? Errno.NONE : Errno.NEGATIVE;
        return new Binding(
                library,
                List.copyOf(directories),
                errno == null ? usual : errno,
                Map.copyOf(errnoOf),
                Map.copyOf(forms));
    }
}
