// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.List;

/**
 * A function-like macro that is an integer expression of its parameters.
 *
 * @param java the Java expression that computes the macro's value for arguments of C's type {@code long}
 * @param samples some arguments with their results, for a proof; not part of the model's text
 */
public record Macro(String header, int line, String name, List<String> parameters, String java, List<Sample> samples)
        implements Fact {

    /** One call. */
    public record Sample(List<Long> arguments, long result) {}

    @Override
    public Macro withoutPlace() {
        return new Macro("", 0, name, parameters, java, List.of());
    }
}
