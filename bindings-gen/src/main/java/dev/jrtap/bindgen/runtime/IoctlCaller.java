// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

/** Makes calls of ioctl(2), by libc or by a replacement of it. */
@FunctionalInterface
public interface IoctlCaller {

    /**
     * Calls ioctl(2).
     *
     * @param argument an address or a number, whichever the request takes
     * @return the call's result, or {@code -errno}
     */
    int ioctl(int fd, long request, long argument);
}
