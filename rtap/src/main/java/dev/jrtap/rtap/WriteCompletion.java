// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** Takes what has become of a write. */
interface WriteCompletion {

    /** One write is over: {@code result} bytes with the vnet header, or {@code -errno}. */
    void sent(int packet, int result);
}
