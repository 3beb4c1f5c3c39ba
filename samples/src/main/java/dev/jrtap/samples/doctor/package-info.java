// SPDX-License-Identifier: Apache-2.0
/** The checks of {@code jrtap doctor}: what this machine lets a device do, and what would let it do more. */
package dev.jrtap.samples.doctor;
