// SPDX-License-Identifier: Apache-2.0
/** Finds and parses C headers for a target. Used by: layout, cli. */
package dev.jrtap.bindgen.header;
