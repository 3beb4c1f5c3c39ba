// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Names that may be used once: each further request for a name gets it with one more underscore. */
final class Taken {

    private final Set<String> names = new HashSet<>();

    Taken(Collection<String> reserved) {
        names.addAll(reserved);
    }

    String take(String wanted) {
        String name = wanted;
        while (!names.add(name)) {
            name += "_";
        }
        return name;
    }
}
