// SPDX-License-Identifier: Apache-2.0
/**
 * Programs to run and to read. {@link dev.jrtap.samples.EchoResponder} is the tutorial, {@link dev.jrtap.samples.Jrtap}
 * runs it.
 *
 * <p>Uses: everything. Used by: people.
 */
package dev.jrtap.samples;
