// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/** User data as a caller may give it: it must not look like the ring's own. */
final class UserData {

    private UserData() {}

    static boolean isReserved(long userData) {
        return userData < 0 && (ReservedData.contains(userData) || LentMemory.isToken(userData));
    }

    static IllegalArgumentException refusal(long userData) {
        return new IllegalArgumentException(
                "user data -16..-1, and with 0xa5a5a5 in the upper 24 bits, belongs to the ring: " + userData);
    }

    static long checked(long userData) {
        if (isReserved(userData)) {
            throw refusal(userData);
        }
        return userData;
    }
}
