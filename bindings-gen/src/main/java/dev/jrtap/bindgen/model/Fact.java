// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

/** A named declaration of a header: a constant, a number, a text, a struct, a macro or a function. */
public sealed interface Fact permits Constant, Real, Text, Struct, Macro, Function {

    String name();

    /** Returns the name by which the header is included. */
    String header();

    int line();

    /** Returns the fact without its place, which may differ between architectures and versions. */
    Fact withoutPlace();
}
