// SPDX-License-Identifier: Apache-2.0
/** The checks of {@code jrtap doctor}: what devices can do on this machine, and remedies for what they cannot. */
package dev.jrtap.samples.doctor;
