// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

/**
 * What a header says and a model cannot hold.
 *
 * @param kind what it would be
 * @param place {@code file:line:column}
 * @param isEmpty whether there is nothing to hold: a macro without text, as include guards are
 */
public record Skipped(Kind kind, String header, String place, String name, String reason, boolean isEmpty) {

    /** What something is that cannot be held. */
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
