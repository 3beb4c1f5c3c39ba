// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

/**
 * A declaration that a model cannot hold.
 *
 * @param kind the kind of fact that it would be
 * @param place {@code file:line:column}
 * @param isEmpty whether there is nothing to hold: a macro without text, such as an include guard
 */
public record Skipped(Kind kind, String header, String place, String name, String reason, boolean isEmpty) {

    /** Kinds of declarations. */
    public enum Kind {
        CONSTANT,
        STRUCT,
        MACRO,
        FUNCTION,
        DECLARATION
    }

    @Override
    public String toString() {
        return place + ": " + name + ": " + reason;
    }
}
