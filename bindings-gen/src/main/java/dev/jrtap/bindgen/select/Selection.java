// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.header.Declarations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What is wanted of one header, or of several that make one Java class of constants.
 *
 * @param file where this selection stands, for messages
 * @param defines macros and their text, for headers that ask for them, as libc's do for {@code _GNU_SOURCE}
 * @param includes headers to be included before, which the header should include itself and does not
 * @param headers names as in {@code #include}, or files beside the selection that begin with {@code ./}
 * @param className the Java class of the constants
 * @param constants integer and string macros and enumerators
 * @param structs tags of structs and unions, or names of their typedefs
 * @param macros function-like macros
 * @param functions prototypes; empty for none
 * @param excluded what the patterns above do not take
 * @param ioctls numbers of ioctls with the C type of the argument, empty for the one that the header names
 * @param groups constants whose names can be looked up by their value
 * @param fixed what variadic functions are given for the dots
 * @param details Java names, members with acquire and release, how a pointer is passed, what becomes of errno
 * @param styles what is written for a struct, and how functions take pointers
 * @param interfaceName the jnr-ffi interface of the functions
 * @param binding how functions are reached and called
 * @param checked whether the layouts go into the self-check
 * @param lines where what stands once is said, by keyword, and for styles by the keyword and the style
 */
public record Selection(
        Path file,
        Map<String, String> defines,
        List<String> includes,
        List<String> headers,
        String className,
        Names constants,
        Names structs,
        Names macros,
        Names functions,
        Names excluded,
        Map<String, String> ioctls,
        List<Group> groups,
        List<Fixed> fixed,
        Details details,
        Set<Style> styles,
        String interfaceName,
        Binding binding,
        boolean checked,
        Map<String, Integer> lines) {

    /** What is written for a struct. */
    public enum Style {
        /** A class of offsets. */
        OFFSETS,
        /** Offsets, and static methods over a {@code ByteBuffer}. */
        ACCESSORS,
        /** A subclass of {@code jnr.ffi.Struct}. */
        STRUCTS,
        /** Functions that take {@code jnr.ffi.Pointer}, not addresses. */
        POINTERS,
        /** Functions that take addresses as numbers: what is not said of a library takes {@code Pointer}. */
        ADDRESSES,
        /** Typed ioctls that are given what makes the call. */
        CALLER
    }

    /**
     * What a variadic function is given for its dots.
     *
     * @param name the Java method's, which is the function's own unless there are several forms of it
     * @param parameters C parameters
     * @param line where it stands in the selection
     */
    public record Fixed(String name, String function, String parameters, int line) {}

    /** Returns whether a method is a fixed form of a variadic function. */
    public boolean isFixed(String method) {
        return fixed.stream().anyMatch(form -> form.name().equals(method));
    }

    /** Returns whether there is a fixed form of a function, be it under another name. */
    boolean hasForm(String function) {
        return fixed.stream().anyMatch(form -> form.function().equals(function));
    }

    /** Returns what becomes of a function's errno. */
    public Binding.Errno errno(String function) {
        return details.use(Details.Topic.ERRNO, function)
                .map(detail -> Binding.Errno.valueOf(detail.value().toUpperCase(Locale.ROOT)))
                .orElse(binding.errno());
    }

    /** Returns whether functions take {@code Pointer} and what else Java has for addresses. */
    public boolean hasPointers() {
        return styles.contains(Style.POINTERS) || binding.hasLibrary() && !styles.contains(Style.ADDRESSES);
    }

    /** Returns the class whose methods call the functions. */
    public String callsName() {
        return interfaceName.replaceFirst("(?<=.)Functions$", "") + "Calls";
    }

    /**
     * Constants that name the values of one thing.
     *
     * @param method the lookup's name
     * @param flags whether they are bits, several of which can be set
     */
    public record Group(String method, Names constants, boolean flags) {}

    /** Returns what the parser includes, in order: names, or the path of a file beside the selection. */
    public List<String> inclusions() {
        List<String> all = new ArrayList<>(includes);
        for (String header : headers) {
            all.add(
                    header.startsWith("./")
                            ? file.toAbsolutePath()
                                    .resolveSibling(header)
                                    .normalize()
                                    .toString()
                            : header);
        }
        return all;
    }

    /** C that is parsed after the headers: a prototype for the dots of each variadic function. */
    public String appendix() {
        StringBuilder text = new StringBuilder();
        fixed.forEach(form -> text.append("void ")
                .append(Declarations.fixed(form.name(), form.function()))
                .append('(')
                .append(form.parameters())
                .append(");\n"));
        return text.toString();
    }

    /**
     * Returns whether a fact of that name can be meant, wherever it stands. All names of all headers go through here.
     */
    public boolean mayWant(String name) {
        return constants.match(name)
                || structs.match(name)
                || macros.match(name)
                || functions.match(name)
                || ioctls.containsKey(name)
                || isWantedForm(name);
    }

    private boolean isWantedForm(String name) {
        for (Fixed form : fixed) {
            if (form.name().equals(name) && functions.match(form.function())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns whether a fact is meant: a name means it wherever it stands, a pattern only in the selection's own
     * headers.
     */
    public boolean wants(String header, String name) {
        return owns(header) ? mayWant(name) : ioctls.containsKey(name) || isNamed(name);
    }

    private boolean isNamed(String name) {
        return constants.hasExactly(name)
                || structs.hasExactly(name)
                || macros.hasExactly(name)
                || functions.hasExactly(name)
                || isFixed(name);
    }

    /** Returns whether a fact of that header can be meant by a pattern. */
    boolean owns(String header) {
        for (String own : headers) {
            if (own.equals(header)
                    || own.startsWith("./")
                            && Path.of(own).getFileName().toString().equals(header)
                    || own.startsWith("/") && own.endsWith("/" + header)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the place of a line that may stand once, for messages: the file, and the line if there is one. */
    public String place(String keyword) {
        return lines.containsKey(keyword) ? file + ":" + lines.get(keyword) : file.toString();
    }

    /** Returns where one of some names or patterns stands, for messages. */
    String place(Names names, String pattern) {
        return file + names.line(pattern);
    }

    /** Returns what a variadic function, a misspelt name or the like is reported with. */
    String headerNames() {
        return String.join(", ", headers);
    }
}
