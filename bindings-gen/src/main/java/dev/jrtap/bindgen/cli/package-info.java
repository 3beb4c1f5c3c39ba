// SPDX-License-Identifier: Apache-2.0
/** The command line. Uses: everything but maven. */
package dev.jrtap.bindgen.cli;
