// SPDX-License-Identifier: Apache-2.0
/**
 * Comparisons with peers, run by {@code jrtap bench} or by hand.
 *
 * <p>Uses: the public parts of uring. Used by: people.
 */
package dev.jrtap.samples.bench;
