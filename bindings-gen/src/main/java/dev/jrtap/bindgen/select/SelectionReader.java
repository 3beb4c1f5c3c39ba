// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.BindgenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/** Reads selection files: lines of a keyword and its arguments; what follows a {@code #} is a comment. */
public final class SelectionReader {

    private static final Pattern FIXED = Pattern.compile("(?:(\\w+)\\s+)?(\\w+)\\s*\\((.*)\\)");

    private static final List<String> KEYWORDS =
            List.of(("define include header class constants structs macros functions fixed library errno"
                            + " string pointer bytes reference interface out exclude ioctl names flags ordered"
                            + " rename style check")
                    .split(" "));
    private static final Set<String> MAY_STAND_ALONE = Set.of("functions", "check");

    private static final Set<String> MAY_BE_QUOTED = Set.of("header", "include", "library");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"(?!\\S)|\\S+");

    private final Path file;
    private final Map<String, List<String>> lists = new LinkedHashMap<>();
    /** Lines of words, by keyword. */
    private final Map<String, Map<String, Integer>> places = new HashMap<>();

    private final Map<String, Integer> lines = new HashMap<>();
    private final Map<String, String> defines = new LinkedHashMap<>();
    private final Map<String, String> ioctls = new LinkedHashMap<>();
    private final List<Selection.Fixed> fixed = new ArrayList<>();
    private final Details details = new Details();
    private final BindingReader binding = new BindingReader(this::add);
    private final List<Selection.Group> groups = new ArrayList<>();
    private final Set<Selection.Style> styles = EnumSet.noneOf(Selection.Style.class);
    private boolean checked;
    private int number;

    private SelectionReader(Path file) {
        this.file = file;
    }

    /** Reads all selections of a directory, in the order of file names, or the selection in one file. */
    public static List<Selection> readAll(Path directory) {
        if (Files.isRegularFile(directory)) {
            return List.of(read(directory));
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Selection> all = files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .map(SelectionReader::read)
                    .toList();
            if (all.isEmpty()) {
                throw new BindgenException(
                        directory + " has no selections (*.txt): `bindings-gen dump HEADER` writes one to edit");
            }
            return all;
        } catch (IOException e) {
            throw new BindgenException(directory + ": no selections can be read there: " + e.getMessage(), e);
        }
    }

    private static Selection read(Path file) {
        return new SelectionReader(file).read();
    }

    private Selection read() {
        try {
            for (String line : Files.readAllLines(file)) {
                number++;
                String text = line.replaceFirst("(^|\\s)#.*", "").trim();
                if (!text.isEmpty()) {
                    String[] words = text.split("\\s+", 2);
                    line(words[0], words.length == 1 ? "" : words[1]);
                }
            }
        } catch (IOException e) {
            throw new BindgenException(file + ": no selection can be read there: " + e, e);
        }
        List<String> headers = list("header");
        if (headers.isEmpty() || list("class").size() != 1) {
            throw new BindgenException(file + ": a selection needs a `header` and a `class`");
        }
        if (EnumSet.of(Selection.Style.POINTERS, Selection.Style.ADDRESSES, Selection.Style.CALLER)
                .containsAll(styles)) {
            styles.add(Selection.Style.OFFSETS);
        }
        return new Selection(
                file,
                defines,
                list("include"),
                headers,
                list("class").get(0),
                names("constants"),
                names("structs"),
                names("macros"),
                names("functions"),
                names("exclude"),
                ioctls,
                List.copyOf(groups),
                List.copyOf(fixed),
                details,
                styles,
                interfaceName(),
                binding.read(),
                checked,
                lines);
    }

    private String interfaceName() {
        List<String> given = list("interface");
        return !given.isEmpty()
                ? given.get(0)
                : binding.hasLibrary() ? list("class").get(0) + "Functions" : "Libc";
    }

    private List<String> list(String keyword) {
        return lists.getOrDefault(keyword, List.of());
    }

    private Names names(String keyword) {
        return new Names(list(keyword), places.getOrDefault(keyword, Map.of()));
    }

    private void line(String keyword, String rest) {
        List<String> words = MAY_BE_QUOTED.contains(keyword)
                ? quoted(rest)
                : rest.isEmpty() ? List.of() : List.of(rest.split("\\s+"));
        if (words.isEmpty() && !MAY_STAND_ALONE.contains(keyword)) {
            throw wrong(KEYWORDS.contains(keyword) ? "`" + keyword + "` needs an argument" : unknown(keyword));
        }
        switch (keyword) {
            case "class", "interface" -> once(keyword, words);
            case "include", "header", "constants", "structs", "macros", "exclude" -> list(keyword, words);
            case "functions" -> list(keyword, words.isEmpty() ? List.of("*") : words);
            case "define" -> define(words);
            case "rename" -> rename(words);
            case "ordered" -> words.forEach(member -> add(Details.Topic.ORDER, keyword, member, keyword));
            case "out" -> words.forEach(parameter -> add(Details.Topic.DIRECTION, keyword, parameter, keyword));
            case "ioctl" -> {
                if (ioctls.put(words.get(0), rest(words)) != null) {
                    throw wrong("`ioctl " + words.get(0) + "` is given twice");
                }
            }
            case "names", "flags" -> group(keyword, words);
            case "fixed" -> fixed(rest);
            case "library", "errno", "string", "pointer", "bytes", "reference" -> {
                if (!binding.line(keyword, words)) {
                    throw wrong(BindingReader.USAGE.get(keyword));
                }
            }
            case "style" -> words.forEach(this::style);
            case "check" -> {
                if (!words.isEmpty()) {
                    throw wrong("`check` takes no argument");
                }
                checked = true;
            }
            default -> throw wrong(unknown(keyword));
        }
        lines.putIfAbsent(keyword, number);
    }

    private static String rest(List<String> words) {
        return String.join(" ", words.subList(1, words.size()));
    }

    private void once(String keyword, List<String> words) {
        if (words.size() > 1 || lists.containsKey(keyword)) {
            throw wrong("`" + keyword + "` takes one name and may occur once");
        }
        lists.put(keyword, List.of(javaName(words.get(0))));
    }

    private void define(List<String> words) {
        if (defines.put(words.get(0), rest(words)) != null) {
            throw wrong("`define` gives " + words.get(0) + " a second value");
        }
    }

    private void rename(List<String> words) {
        if (words.size() > 2) {
            throw wrong("`rename` takes a C name and a Java name");
        }
        if (words.size() < 2) {
            throw wrong("something is missing at the end of the line");
        }
        add(Details.Topic.NAME, "rename", words.get(0), javaName(words.get(1)));
    }

    private void group(String keyword, List<String> words) {
        String method = javaName(words.get(0));
        if (groups.stream().anyMatch(group -> group.method().equals(method))) {
            throw wrong("another lookup has the name " + method);
        }
        groups.add(new Selection.Group(method, new Names(words.subList(1, words.size())), keyword.equals("flags")));
    }

    private void fixed(String rest) {
        Matcher prototype = FIXED.matcher(rest);
        if (!prototype.matches()) {
            throw wrong(
                    "`fixed` takes a function and the parameters for its dots, such as `fixed ioctl(long argument)`,"
                            + " and for a second form a name before it, such as `fixed ioctlOf ioctl(void *argument)`");
        }
        String function = prototype.group(2);
        String name = prototype.group(1) == null ? function : prototype.group(1);
        if (fixed.stream().anyMatch(form -> form.name().equals(name))) {
            throw wrong("a second form of " + name + " needs a name, such as `fixed " + name + "2 " + function
                    + "(long argument)`");
        }
        fixed.add(new Selection.Fixed(name, function, prototype.group(3), number));
    }

    private void list(String keyword, List<String> words) {
        lists.computeIfAbsent(keyword, k -> new ArrayList<>()).addAll(words);
        words.forEach(
                word -> places.computeIfAbsent(keyword, k -> new HashMap<>()).putIfAbsent(word, number));
    }

    private void add(Details.Topic topic, String keyword, String subject, String value) {
        details.add(topic, new Details.Detail(file, number, keyword, subject, value));
    }

    /** Splits words; a word that contains blanks, as a path may, is in quotes. */
    private static List<String> quoted(String rest) {
        return WORD.matcher(rest)
                .results()
                .map(word -> word.group(1) == null ? word.group() : word.group(1))
                .toList();
    }

    private static String unknown(String keyword) {
        return keyword + " is not one of " + String.join(", ", KEYWORDS);
    }

    /** Returns a name, or throws if it is not a Java name. */
    private String javaName(String name) {
        if (!SourceVersion.isName(name) || name.contains(".")) {
            throw wrong(name + " is not a Java name");
        }
        return name;
    }

    private void style(String word) {
        try {
            styles.add(Selection.Style.valueOf(word.toUpperCase(Locale.ROOT)));
            lines.putIfAbsent("style " + word.toLowerCase(Locale.ROOT), number);
        } catch (IllegalArgumentException e) {
            throw wrong(word + " is not one of the styles offsets, accessors, structs, pointers, addresses, caller");
        }
    }

    private BindgenException wrong(String message) {
        return new BindgenException(file + ":" + number + ": " + message);
    }
}
