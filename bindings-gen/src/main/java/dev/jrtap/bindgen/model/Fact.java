// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

/** Something that a header says under a name. */
public sealed interface Fact permits Constant, Real, Text, Struct, Macro, Function {

    String name();

    /** Returns the header, as it would be included. */
    String header();

    int line();

    /** Returns the fact without the place where it stands, which may differ between architectures and versions. */
    Fact withoutPlace();
}
