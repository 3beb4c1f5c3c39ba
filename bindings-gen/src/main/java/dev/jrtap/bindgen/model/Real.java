// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

/**
 * A macro that is a floating-point constant.
 *
 * @param type {@code float} or {@code double}
 * @param value the value, which a {@code double} holds exactly for both types
 */
public record Real(String header, int line, String name, String type, double value) implements Fact {

    @Override
    public Real withoutPlace() {
        return new Real("", 0, name, type, value);
    }
}
