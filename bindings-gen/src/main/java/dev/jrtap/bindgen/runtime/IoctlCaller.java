// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

/** Makes calls of ioctl(2): libc, or what stands in for it. */
@FunctionalInterface
public interface IoctlCaller {

    /**
     * Calls ioctl(2).
     *
     * @param argument an address or a number, as the request wants
     * @return the call's result, or {@code -errno}
     */
    int ioctl(int fd, long request, long argument);
}
