// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

/** A macro that is a string. */
public record Text(String header, int line, String name, String value) implements Fact {

    @Override
    public Text withoutPlace() {
        return new Text("", 0, name, value);
    }
}
