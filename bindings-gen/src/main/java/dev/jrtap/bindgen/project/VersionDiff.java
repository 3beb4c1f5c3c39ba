// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.verify.HeaderList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Compares the headers of two versions. */
public final class VersionDiff {

    private final HeaderParser older;
    private final HeaderParser newer;

    /**
     * Reports the changes from one include directory to another.
     *
     * @param headers as in {@code #include}; empty for all of the kernel
     * @param lines receives the changes, header by header
     */
    public static void between(Target target, Path older, Path newer, List<String> headers, Consumer<String> lines)
            throws IOException {
        if (older.equals(newer)) {
            throw new BindgenException(
                    "both directories are " + older + ": name the older headers first, then the newer");
        }
        VersionDiff diff = new VersionDiff(target, SearchPath.of(older), SearchPath.of(newer));
        Collection<String> all = new LinkedHashSet<>(headers);
        if (headers.isEmpty()) {
            all.addAll(HeaderList.of(newer, target));
            all.addAll(HeaderList.of(older, target));
        }
        all.forEach(header -> diff.of(header).forEach(lines));
    }

    VersionDiff(Target target, SearchPath older, SearchPath newer) {
        this.older = new HeaderParser(target, older);
        this.newer = new HeaderParser(target, newer);
    }

    /** Returns the header's name and a line for each change of its own definitions; empty if there is none. */
    private List<String> of(String header) {
        Map<String, String> before = facts(older, header);
        Map<String, String> after = facts(newer, header);
        List<String> lines = new ArrayList<>();
        after.forEach((name, fact) -> {
            String old = before.get(name);
            if (old == null) {
                lines.add("  + " + name + " " + fact);
            } else if (!old.equals(fact)) {
                lines.add("  ~ " + name + " " + old + " -> " + fact);
            }
        });
        before.forEach((name, fact) -> {
            if (!after.containsKey(name)) {
                lines.add("  - " + name + " " + fact);
            }
        });
        if (!lines.isEmpty()) {
            lines.add(0, before.isEmpty() ? header + " (new)" : after.isEmpty() ? header + " (gone)" : header);
        }
        return lines;
    }

    private static SortedMap<String, String> facts(HeaderParser parser, String header) {
        SortedMap<String, String> facts = new TreeMap<>();
        try {
            Model model = FactReader.read(parser.parse(List.of(header)), header);
            model.constants().values().forEach(variants -> {
                Constant c = variants.first();
                if (c.header().equals(header)) {
                    facts.put(c.name(), "= " + c.value());
                }
            });
            model.structs().values().forEach(variants -> {
                if (variants.first().header().equals(header)) {
                    struct(variants.first(), facts);
                }
            });
        } catch (BindgenException e) {
            // A header that does not exist or cannot be read has no facts: everything in it is new, or gone.
            return facts;
        }
        return facts;
    }

    private static void struct(Struct s, SortedMap<String, String> facts) {
        facts.put(s.cName(), s.size() + " bytes");
        for (Struct.Field f : s.fields()) {
            String width = f.isBitField() ? " bit " + f.offset() % 8 + ", " + f.bits() + " wide" : "";
            facts.put(s.cName() + "." + f.path(), f.type() + " at " + f.bytes() + width);
        }
    }
}
