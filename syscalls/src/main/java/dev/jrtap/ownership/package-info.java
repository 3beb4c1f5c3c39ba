// SPDX-License-Identifier: Apache-2.0
/**
 * Who may drive what the kernel works for, and who closes it: one thread does the first, and any may ask for the
 * second.
 *
 * <p>Uses: nothing. Used by: uring, rtap.
 */
@NullMarked
package dev.jrtap.ownership;

import org.jspecify.annotations.NullMarked;
