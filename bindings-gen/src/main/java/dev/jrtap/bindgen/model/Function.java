// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A C function, or the signature of a pointer to one.
 *
 * @param symbol the library's symbol, which an asm label may set; usually the name
 * @param direct whether it has no wrapper in libc and goes through syscall(2)
 */
public record Function(
        String header, int line, String name, String symbol, boolean direct, Type result, List<Parameter> parameters)
        implements Fact {

    /** A C type and its shape in a register; the result {@code void} has no shape. */
    public record Type(String c, Shape shape) {

        public boolean isVoid() {
            return shape == null;
        }

        /** Returns whether it takes 64 bits. */
        public boolean isLong() {
            return shape != null && shape.bytes() == 8;
        }

        public boolean isPointer() {
            return shape != null && shape.kind() == Shape.Kind.POINTER;
        }

        /** Returns whether it is a string by convention: {@code const char *}. */
        public boolean isText() {
            return isPointer() && c.equals("const char *");
        }

        public boolean isReal() {
            return shape != null && shape.kind() == Shape.Kind.REAL;
        }
    }

    /** A parameter. */
    public record Parameter(String name, Type type) {}

    /** Returns this function under another name. */
    public Function as(String other) {
        return new Function(header, line, other, symbol, direct, result, parameters);
    }

    /** Returns the function's C declaration. */
    public String prototype() {
        String given =
                parameters.stream().map(p -> declared(p.type().c(), p.name())).collect(Collectors.joining(", "));
        return declared(result.c(), name + "(" + (given.isEmpty() ? "void" : given) + ")");
    }

    private static String declared(String type, String name) {
        int inside = type.indexOf("(*");
        return inside >= 0
                ? type.substring(0, inside + 2) + name + type.substring(inside + 2)
                : type + (type.endsWith("*") ? "" : " ") + name;
    }

    @Override
    public Function withoutPlace() {
        return new Function("", 0, name, symbol, direct, result, parameters);
    }
}
