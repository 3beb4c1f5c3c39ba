// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.BindgenException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The details that a selection gives for single members, parameters, functions and types. The emitter asks for a detail
 * exactly where it takes effect, so a detail that was never asked for has no effect. Not thread-safe.
 */
public final class Details {

    /** The topics of details. A selection gives at most one detail of each topic for one thing. */
    public enum Topic {
        /** {@code rename}. */
        NAME,
        /** {@code ordered}. */
        ORDER,
        /** {@code out}. */
        DIRECTION,
        /** {@code string}, {@code pointer}, {@code bytes}, {@code reference}. */
        FORM,
        /** {@code errno}. */
        ERRNO
    }

    /**
     * One detail of a line.
     *
     * @param file the selection
     * @param line the line's number, from 1
     * @param keyword the word that the line begins with
     * @param subject a type, {@code tag.member}, {@code function.parameter}, or a function
     * @param value the value, whose meaning depends on the topic
     */
    public record Detail(Path file, int line, String keyword, String subject, String value) {

        /** Returns an error of this line. */
        public BindgenException wrong(String reason) {
            return new BindgenException(sentence(reason));
        }

        String sentence(String reason) {
            String said = switch (keyword) {
                case "rename" -> subject + " " + value;
                case "errno" -> value + " " + subject;
                default -> subject;
            };
            return file + ":" + line + ": `" + keyword + " " + said + "`: " + reason;
        }
    }

    private record Key(Topic topic, String subject) {}

    private final Map<Key, Detail> details = new LinkedHashMap<>();
    private final Set<Detail> used = new HashSet<>();

    /** Adds a detail, or throws if the same thing already has one of the topic. */
    void add(Topic topic, Detail detail) {
        Detail other = details.putIfAbsent(new Key(topic, detail.subject()), detail);
        if (other != null) {
            throw detail.wrong("line " + other.line() + " already sets it by `" + other.keyword() + "`");
        }
    }

    /** Returns a detail and marks it as used. */
    public Optional<Detail> use(Topic topic, String subject) {
        Detail detail = details.get(new Key(topic, subject));
        if (detail != null) {
            used.add(detail);
        }
        return Optional.ofNullable(detail);
    }

    /** Returns a detail's value and marks it as used; {@code usual} if there is none. */
    public String use(Topic topic, String subject, String usual) {
        return use(topic, subject).map(Detail::value).orElse(usual);
    }

    /** Returns the details that have had no effect, in the order of the file. */
    List<Detail> unused() {
        return details.values().stream()
                .filter(detail -> !used.contains(detail))
                .toList();
    }
}
