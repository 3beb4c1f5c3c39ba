// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.List;

/**
 * A function-like macro that is an integer expression of its parameters.
 *
 * @param java the expression in Java, which computes what the macro does for arguments of C's type {@code long}
 * @param samples some arguments with the result, for a proof; they are not kept in the model's text
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
