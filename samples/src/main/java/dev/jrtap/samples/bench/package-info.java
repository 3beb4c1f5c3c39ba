// SPDX-License-Identifier: Apache-2.0
/**
 * Measurements against peers, to be run by hand.
 *
 * <p>Uses: the public parts of uring. Used by: people.
 */
package dev.jrtap.samples.bench;
