// SPDX-License-Identifier: Apache-2.0
/** Finds and parses C headers for a target. Uses: model. Used by: layout, verify, cli, maven. */
package dev.jrtap.bindgen.header;
