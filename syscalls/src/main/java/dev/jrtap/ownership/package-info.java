// SPDX-License-Identifier: Apache-2.0
/**
 * Rules for objects that the kernel works for: one thread drives such an object, and any thread may close it.
 *
 * <p>Uses: nothing. Used by: uring, rtap.
 */
@NullMarked
package dev.jrtap.ownership;

import org.jspecify.annotations.NullMarked;
