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
 * What a selection says of single members, parameters, functions and types. The emitter asks for a detail where it
 * takes effect, and nowhere else: a detail that it has never asked for has no effect, for whatever reason. Not
 * thread-safe.
 */
public final class Details {

    /** What a detail is about. Of one thing, a selection says no more than one of each. */
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
     * One thing that a line says.
     *
     * @param file the selection
     * @param line where it stands there, from 1
     * @param keyword as the line begins
     * @param subject a type, {@code tag.member}, {@code function.parameter}, or a function
     * @param value what is said of it; what that is depends on the topic
     */
    public record Detail(Path file, int line, String keyword, String subject, String value) {

        /** An error of this line. */
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

    /** Adds a detail; of one thing, no two that contradict each other. */
    void add(Topic topic, Detail detail) {
        Detail other = details.putIfAbsent(new Key(topic, detail.subject()), detail);
        if (other != null) {
            throw detail.wrong("line " + other.line() + " says `" + other.keyword() + "` of it");
        }
    }

    /** Returns what is said of something, which now takes effect. */
    public Optional<Detail> use(Topic topic, String subject) {
        Detail detail = details.get(new Key(topic, subject));
        if (detail != null) {
            used.add(detail);
        }
        return Optional.ofNullable(detail);
    }

    /** Returns what is said of something, or else {@code usual}. */
    public String use(Topic topic, String subject, String usual) {
        return use(topic, subject).map(Detail::value).orElse(usual);
    }

    /** Returns what has had no effect, in the order of the file. */
    List<Detail> unused() {
        return details.values().stream()
                .filter(detail -> !used.contains(detail))
                .toList();
    }
}
