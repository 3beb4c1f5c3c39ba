// SPDX-License-Identifier: Apache-2.0
/**
 * Native memory, read and written without garbage. The accessors' names tell byte order and memory order.
 *
 * <p>Uses: nothing of this project. Used by: everything else.
 */
@NullMarked
package dev.jrtap.memory;

import org.jspecify.annotations.NullMarked;
