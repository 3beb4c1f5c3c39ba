// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/** User data that an operation gives to another one, or to a message: as little as any may it look like the ring's own. */
final class UserData {

    private UserData() {}

    static long checked(long userData) {
        if (ReservedData.contains(userData)) {
            throw new IllegalArgumentException("user data -16..-1 belongs to the ring: " + userData);
        }
        return userData;
    }
}
