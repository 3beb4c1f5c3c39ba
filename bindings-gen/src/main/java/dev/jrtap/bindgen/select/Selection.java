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
 * The declarations to bind of one header, or of several headers that share one Java class of constants.
 *
 * @param file the selection's file, for messages
 * @param defines macros and their text, for headers that test them, as libc's test {@code _GNU_SOURCE}
 * @param includes headers to be included first, because the header needs them and does not include them itself
 * @param headers names as in {@code #include}, or files beside the selection that begin with {@code ./}
 * @param className the Java class of the constants
 * @param constants integer and string macros and enumerators
 * @param structs tags of structs and unions, or names of their typedefs
 * @param macros function-like macros
 * @param functions prototypes to bind; empty for none
 * @param excluded exceptions from the patterns above
 * @param ioctls numbers of ioctls with the C type of the argument; an empty type is the one that the header names
 * @param groups constants whose names can be looked up by their value
 * @param fixed parameters for the dots of variadic functions
 * @param details Java names, members with acquire and release, forms of pointers, treatments of errno
 * @param styles the Java to write for structs, and the types of pointers in functions
 * @param interfaceName the jnr-ffi interface of the functions
 * @param binding the library of the functions, and the treatment of errno
 * @param checked whether the layouts go into the self-check
 * @param lines line numbers of keywords that may occur once, and of styles, by keyword and style
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

    /** Kinds of generated Java. */
    public enum Style {
        /** A class of offsets. */
        OFFSETS,
        /** Offsets, and static methods over a {@code ByteBuffer}. */
        ACCESSORS,
        /** A subclass of {@code jnr.ffi.Struct}. */
        STRUCTS,
        /** Functions that take {@code jnr.ffi.Pointer}, not addresses. */
        POINTERS,
        /** Functions that take addresses as numbers. With a library, the default is {@code Pointer}. */
        ADDRESSES,
        /** Typed ioctls that take an {@code IoctlCaller}. */
        CALLER
    }

    /**
     * The parameters for the dots of a variadic function.
     *
     * @param name the Java method's name, which is the function's own unless there are several forms of it
     * @param parameters C parameters
     * @param line the line in the selection, from 1
     */
    public record Fixed(String name, String function, String parameters, int line) {}

    /** Returns whether a method is a fixed form of a variadic function. */
    public boolean isFixed(String method) {
        return fixed.stream().anyMatch(form -> form.name().equals(method));
    }

    /** Returns whether there is a fixed form of a function, even if it has another name. */
    boolean hasForm(String function) {
        return fixed.stream().anyMatch(form -> form.function().equals(function));
    }

    /** Returns the treatment of a function's errno. */
    public Binding.Errno errno(String function) {
        return details.use(Details.Topic.ERRNO, function)
                .map(detail -> Binding.Errno.valueOf(detail.value().toUpperCase(Locale.ROOT)))
                .orElse(binding.errno());
    }

    /** Returns whether functions take {@code Pointer} and other types for addresses, not numbers. */
    public boolean hasPointers() {
        return styles.contains(Style.POINTERS) || binding.hasLibrary() && !styles.contains(Style.ADDRESSES);
    }

    /** Returns the class whose methods call the functions. */
    public String callsName() {
        return interfaceName.replaceFirst("(?<=.)Functions$", "") + "Calls";
    }

    /**
     * Constants that name the values of one type.
     *
     * @param method the name of the lookup method
     * @param flags whether the constants are bits, several of which can be set
     */
    public record Group(String method, Names constants, boolean flags) {}

    /** Returns the headers to include, in order: names, or paths of files beside the selection. */
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

    /** Returns C that is parsed after the headers: a prototype for the dots of each variadic function. */
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
     * Returns whether a fact of that name may be selected, whatever its header. All names of all headers pass through
     * here.
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
     * Returns whether a fact is selected: by its name in any header, by a pattern only in the selection's own headers.
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

    /** Returns whether a pattern can select a fact of that header. */
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

    /** Returns the place of a line that may occur once, for messages: the file, and the line if there is one. */
    public String place(String keyword) {
        return lines.containsKey(keyword) ? file + ":" + lines.get(keyword) : file.toString();
    }

    /** Returns the place of a name or pattern, for messages. */
    String place(Names names, String pattern) {
        return file + names.line(pattern);
    }

    /** Returns the names of the headers, for messages. */
    String headerNames() {
        return String.join(", ", headers);
    }
}
