// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.List;
import java.util.SortedMap;

/**
 * All selected facts of one set of headers.
 *
 * @param source the headers' package, version and checksum, for people
 */
public record Model(
        String source,
        SortedMap<String, Constant> constants,
        SortedMap<String, Struct> structs,
        List<Function> functions) {}
