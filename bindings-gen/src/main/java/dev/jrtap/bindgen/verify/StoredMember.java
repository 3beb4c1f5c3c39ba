// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.emit.Emitted;
import dev.jrtap.bindgen.model.Shape;
import dev.jrtap.bindgen.model.Struct;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A member with a test value: the bytes that C stores, and those that its accessors store and load. */
record StoredMember(Struct struct, Struct.Field field) {

    /** A value whose bytes all differ, and whose highest bit is set in every width. */
    private static final long BITS = 0x91a2b3c4d5e6f708L;

    private static final double REAL = -1.5;
    private static final Pattern DIMENSION = Pattern.compile("\\[(\\d+)]");

    /** Returns whether it has an accessor that stores one value. */
    boolean isStored() {
        Shape shape = field.shape();
        return shape.kind() != Shape.Kind.STRUCT && !shape.isForeign() && shape.count() != Shape.FLEXIBLE && size() > 0;
    }

    private long size() {
        return field.isBitField() ? 1 : field.shape().size();
    }

    /** Returns an initializer of the struct in which only the member is not zero; of an array, the last element. */
    String initializer() {
        List<Long> last = lastIndex();
        boolean known = !field.shape().isArray() || !last.isEmpty();
        StringBuilder text = new StringBuilder("{ .").append(field.path());
        last.forEach(index -> text.append('[').append(index).append(']'));
        // If a typedef hides dimensions, the first element is set, because C allows inner braces to be left out.
        return text.append(" = ")
                .append(known ? value() : "{ " + value() + " }")
                .append(" }")
                .toString();
    }

    /** Returns the index of the last element, one number per dimension; empty if the type's text does not show it. */
    private List<Long> lastIndex() {
        List<Long> index = new ArrayList<>();
        long elements = 1;
        if (field.shape().isArray() && field.type().endsWith("]")) {
            Matcher dimension = DIMENSION.matcher(field.type());
            while (dimension.find()) {
                long count = Long.parseLong(dimension.group(1));
                index.add(count - 1);
                elements *= count;
            }
        }
        return elements == field.shape().count() ? index : List.of();
    }

    private String value() {
        Shape shape = field.shape();
        return switch (shape.kind()) {
            case REAL -> Double.toString(REAL);
            case BOOL -> "1";
            case POINTER -> "(void *) " + bits() + "L";
            case NETWORK -> "__builtin_bswap" + shape.bytes() * 8 + "(" + bits() + "L)";
            default -> bits() + "L";
        };
    }

    private long bits() {
        return field.isBitField()
                ? (1L << (field.bits() - 1)) | 1
                : BITS >>> (Long.SIZE - 8 * field.shape().bytes());
    }

    /**
     * Returns the bytes that the accessor stores, in hexadecimal, or a description of a wrong value that it then loads.
     *
     * @param name the accessor
     */
    String stored(LoadedJava java, Emitted.Member name) throws ReflectiveOperationException {
        ByteBuffer buffer = ByteBuffer.allocate((int) struct.size());
        List<Object> place = new ArrayList<>(List.of(buffer, 0));
        if (field.shape().isArray()) {
            place.add(lastIndex().isEmpty() ? 0 : (int) field.shape().count() - 1);
        }
        Method set = java.method(name, place.size() + 1);
        List<Object> arguments = new ArrayList<>(place);
        arguments.add(argument(set.getParameterTypes()[place.size()]));
        set.invoke(null, arguments.toArray());
        Object loaded = java.call(name, place.toArray());
        return loaded.equals(expected(loaded))
                ? HexFormat.of().formatHex(buffer.array())
                : "loads " + loaded + " for " + Arrays.toString(arguments.toArray());
    }

    private Object argument(Class<?> type) {
        return type == boolean.class
                ? (Object) true
                : type == float.class
                        ? (Object) (float) REAL
                        : type == double.class ? (Object) REAL : type == int.class ? (Object) (int) bits() : bits();
    }

    /** Returns the value that C reads: a signed number that is narrower than Java's type is sign-extended. */
    private Object expected(Object loaded) {
        int unused = Long.SIZE
                - (field.isBitField() ? field.bits() : (int) field.shape().bytes() * 8);
        long value = field.shape().kind() == Shape.Kind.SIGNED ? bits() << unused >> unused : bits();
        return loaded instanceof Integer
                ? (Object) (int) value
                : loaded instanceof Long ? (Object) value : argument(primitive(loaded));
    }

    private static Class<?> primitive(Object value) {
        return value instanceof Boolean ? boolean.class : value instanceof Float ? float.class : double.class;
    }
}
