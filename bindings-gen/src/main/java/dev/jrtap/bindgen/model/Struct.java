// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import java.util.List;

/**
 * A struct or union with its members.
 *
 * @param size bytes, tail padding included
 * @param align bytes
 */
public record Struct(String header, int line, String keyword, String tag, long size, int align, List<Field> fields) {

    /**
     * A member that can be addressed.
     *
     * @param path its name; for a member of a named member without a type name of its own, both with a dot between
     * @param offset bytes from the start of the outermost struct
     */
    public record Field(String path, String type, long offset, int line) {}
}
