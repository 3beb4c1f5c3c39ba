// SPDX-License-Identifier: Apache-2.0
/**
 * Native memory, read and written without garbage: byte order and memory order are in the accessor's name.
 *
 * <p>Uses: nothing of this project. Used by: everything else.
 */
@NullMarked
package dev.jrtap.memory;

import org.jspecify.annotations.NullMarked;
