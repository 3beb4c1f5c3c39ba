// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Mapping;

/** Memory in huge pages where the machine has reserved some: few have. */
final class HugePages {

    static final int SIZE = 2 << 20;

    private HugePages() {}

    /** Memory in huge pages; where too few are free, or for less than one of them, in ordinary pages. */
    static Mapping orOrdinary(int length) throws ErrnoException {
        try {
            return length < SIZE ? Mapping.anonymous(length) : Mapping.huge(length);
        } catch (ErrnoException e) {
            return Mapping.anonymous(length);
        }
    }
}
