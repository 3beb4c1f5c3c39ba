// SPDX-License-Identifier: Apache-2.0
/**
 * Flyweights: views of protocol headers in {@link dev.jrtap.memory.Memory}, made once and wrapped around packet after
 * packet.
 *
 * <p>The contract of each: after {@code wrap}, {@code isComplete()} returns whether every other accessor stays inside
 * the packet.
 *
 * <p>Uses: memory. Used by: samples.
 */
@NullMarked
package dev.jrtap.net;

import org.jspecify.annotations.NullMarked;
