// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.BindgenException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.cdt.internal.core.parser.scanner.CharArray;

/**
 * The texts of headers, each read once, and of stand-ins for headers of the compiler and of libc, which are resources.
 *
 * <p>Threads: thread-safe; parsers on several threads may share an instance.
 */
public final class HeaderTexts {

    /** A path that exists only in this class: the root of the resources. */
    static final String SHIMS = "/<shims>";

    private static final String RESOURCES = "/dev/jrtap/bindgen/shims";

    /**
     * The names of the stand-ins. A list is faster than looking for a resource that may not exist, which searches all
     * jars.
     */
    private static final Set<String> NAMES = Arrays.stream(
                    resource("/names.txt").split("\n"))
            .map(name -> SHIMS + "/" + name)
            .collect(Collectors.toUnmodifiableSet());

    private static final Pattern ELIF = Pattern.compile("(?m)^(\\s*#\\s*elif)(n)?def\\b");

    /**
     * A trigraph's first question mark. A backslash after it breaks the trigraph, and changes nothing in a comment, a
     * string or a character.
     */
    private static final Pattern TRIGRAPH = Pattern.compile("\\?(?=\\?[=/'()!<>-])");

    /** The base of the lone surrogate that represents a byte that is not UTF-8. */
    public static final char NO_CHARACTER = '\udc00';

    private static final CharArray ABSENT = new CharArray(new char[0]);

    /** Texts by file. A text caches its hash, which the parser needs at each inclusion. */
    private final Map<String, CharArray> texts = new ConcurrentHashMap<>();

    /** Returns whether a file is one of the resources. */
    static boolean isShim(String file) {
        return file.startsWith(SHIMS);
    }

    /** Returns the text of a file; {@code null} if there is no such file. */
    CharArray of(String file) {
        CharArray known = texts.get(file);
        CharArray text = known == null ? texts.computeIfAbsent(file, HeaderTexts::read) : known;
        return text == ABSENT ? null : text;
    }

    private static CharArray read(String file) {
        if (isShim(file)) {
            return NAMES.contains(file)
                    ? new CharArray(Comments.removed(resource(file.substring(SHIMS.length()))))
                    : ABSENT;
        }
        try {
            Path path = Path.of(file);
            if (!Files.isRegularFile(path)) {
                return ABSENT;
            }
            String text = plain(decoded(Files.readAllBytes(path)));
            String open = Unfinished.of(text);
            if (open != null) {
                throw new BindgenException(file + ":" + open);
            }
            return new CharArray(text.isEmpty() ? "\n" : UniversalNames.replaced(Comments.removed(text)));
        } catch (InvalidPathException e) {
            return ABSENT;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Decodes UTF-8; a byte that is not valid becomes a lone surrogate, from which a string literal restores it. */
    private static String decoded(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') < 0) {
            return text;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        for (CoderResult end = decoder.decode(in, out, true); end.isError(); end = decoder.decode(in, out, true)) {
            for (int i = 0; i < end.length(); i++) {
                out.put((char) (NO_CHARACTER | in.get() & 0xff));
            }
        }
        return out.flip().toString();
    }

    /**
     * Removes a byte order mark, rewrites C23's conditions for the preprocessor, and breaks trigraphs, which are plain
     * characters to gcc.
     */
    private static String plain(String text) {
        String bare = text.startsWith("\ufeff") ? text.substring(1) : text;
        String known = bare.contains("elif")
                ? ELIF.matcher(bare)
                        .replaceAll(found -> found.group(1) + (found.group(2) == null ? " " : " !") + "defined ")
                : bare;
        return known.contains("??") ? TRIGRAPH.matcher(known).replaceAll("?\\\\") : known;
    }

    private static String resource(String name) {
        try (InputStream in = HeaderTexts.class.getResourceAsStream(RESOURCES + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
